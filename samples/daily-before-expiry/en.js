// Report before the expiry
const nextFrame_report_en = () => new Promise((resolve) => requestAnimationFrame(() => resolve()));

async function drawWhenReady_report_en(id, draw) {
  await nextFrame_report_en();
  const host = document.getElementById(id);
  if (host) {
    draw(host);
  }
}

async function initializeAllVisuals_report_en() {
  await drawWhenReady_report_en('btc-range-line-en', (host) => {
    const closes = [
      87310, 85890, 86420, 87390, 88640, 90270, 88610,
      89980, 91460, 89790, 90350, 91580, 90870, 91310
    ];
    createLineChart(host, closes, { color: '#f7931a', valuePrefix: '$', strokeWidth: 2.5 });
  });

  await drawWhenReady_report_en('volatility-percentile-gauge-en', (host) => {
    createGauge(host, 11, {
      min: 0,
      max: 100,
      segments: [
        { limit: 15, color: '#0ea5e9', label: 'Very low' },
        { limit: 40, color: '#22c55e', label: 'Low' },
        { limit: 70, color: '#eab308', label: 'Normal' },
        { limit: 100, color: '#dc2626', label: 'High' }
      ]
    });
  });

  await drawWhenReady_report_en('dealer-gamma-bar-en', (host) => {
    const gamma = { '84K': -38, '86K': -21, '88K': 14, '90K': 96, '92K': 118, '94K': -27, '96K': -64 };
    const bars = Object.entries(gamma).map(([label, value]) => ({ label, value, color: value < 0 ? '#dc2626' : '#2563eb' }));
    createBarChart(host, bars, { valuePrefix: '$', valueSuffix: 'M', yAxisLabel: 'Gamma (USD million per 1%)' });
  });

  await drawWhenReady_report_en('expiry-mix-doughnut-en', (host) => {
    createDoughnutChart(host, [
      { value: 44.2, label: 'Calls out of the money', color: '#60a5fa' },
      { value: 17.5, label: 'Calls in the money', color: '#1d4ed8' },
      { value: 31.6, label: 'Puts out of the money', color: '#fca5a5' },
      { value: 6.7, label: 'Puts in the money', color: '#b91c1c' }
    ], 'Options');
  });

  await drawWhenReady_report_en('implied-volatility-line-en', (host) => {
    createLineChart(host, [46.8, 45.2, 44.1, 42.7, 41.5, 39.8, 38.1, 36.9, 35.2, 33.8], { color: '#2563eb', valueSuffix: '%' });
  });
}
