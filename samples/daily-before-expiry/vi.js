// Báo cáo trước kỳ đáo hạn
const nextFrame_report = () => new Promise((resolve) => requestAnimationFrame(() => resolve()));

async function drawWhenReady_report(id, draw) {
  await nextFrame_report();
  const host = document.getElementById(id);
  if (host) {
    draw(host);
  }
}

async function initializeAllVisuals_report() {
  await drawWhenReady_report('btc-range-line', (host) => {
    const closes = [
      87310, 85890, 86420, 87390, 88640, 90270, 88610,
      89980, 91460, 89790, 90350, 91580, 90870, 91310
    ];
    createLineChart(host, closes, { color: '#f7931a', valueSuffix: ' USD', strokeWidth: 2.5 });
  });

  await drawWhenReady_report('volatility-percentile-gauge', (host) => {
    createGauge(host, 11, {
      min: 0,
      max: 100,
      segments: [
        { limit: 15, color: '#0ea5e9', label: 'Rất thấp' },
        { limit: 40, color: '#22c55e', label: 'Thấp' },
        { limit: 70, color: '#eab308', label: 'Bình thường' },
        { limit: 100, color: '#dc2626', label: 'Cao' }
      ]
    });
  });

  await drawWhenReady_report('dealer-gamma-bar', (host) => {
    const gamma = { '84K': -38, '86K': -21, '88K': 14, '90K': 96, '92K': 118, '94K': -27, '96K': -64 };
    const bars = Object.entries(gamma).map(([label, value]) => ({ label, value, color: value < 0 ? '#dc2626' : '#2563eb' }));
    createBarChart(host, bars, { valueSuffix: ' triệu USD', yAxisLabel: 'Gamma (triệu USD mỗi 1%)' });
  });

  await drawWhenReady_report('expiry-mix-doughnut', (host) => {
    createDoughnutChart(host, [
      { value: 44.2, label: 'Mua, đang lỗ', color: '#60a5fa' },
      { value: 17.5, label: 'Mua, đang lãi', color: '#1d4ed8' },
      { value: 31.6, label: 'Bán, đang lỗ', color: '#fca5a5' },
      { value: 6.7, label: 'Bán, đang lãi', color: '#b91c1c' }
    ], 'Quyền chọn');
  });

  await drawWhenReady_report('implied-volatility-line', (host) => {
    createLineChart(host, [46.8, 45.2, 44.1, 42.7, 41.5, 39.8, 38.1, 36.9, 35.2, 33.8], { color: '#2563eb', valueSuffix: '%' });
  });
}
