// On-chain special
class OnChainVisuals_report_en {
  constructor(root) {
    this.root = root;
  }

  host(id) {
    return this.root.getElementById(id);
  }

  drawHolders() {
    const host = this.host('lth-change-bar-en');
    if (!host) return;
    const months = [31, 12, -42, -118, -164, -137, -61, 88];
    const bars = months.map((value, i) => ({
      value,
      label: `P${i + 1}`,
      color: value < 0 ? '#b45309' : '#0f766e'
    }));
    createBarChart(host, bars, { valueSuffix: 'K BTC', yAxisLabel: 'Net change (thousand BTC)' });
  }

  drawAge() {
    const host = this.host('supply-age-doughnut-en');
    if (!host) return;
    createDoughnutChart(host, [
      { value: 9.2, label: 'Under 1 month', color: '#fbbf24' },
      { value: 17.2, label: '1 – 5 months', color: '#f59e0b' },
      { value: 18.4, label: '5 – 12 months', color: '#14b8a6' },
      { value: 22.9, label: '1 – 3 years', color: '#0f766e' },
      { value: 32.3, label: 'Over 3 years', color: '#134e4a' }
    ], { title: 'Coin age', outerRadius: 110, innerRadius: 66, showLegend: true });
  }

  drawExchanges() {
    const host = this.host('exchange-balance-line-en');
    if (!host) return;
    const balances = [2.561, 2.552, 2.547, 2.541, 2.535, 2.529, 2.521, 2.534, 2.509, 2.481, 2.453, 2.428];
    createLineChart(host, balances, { color: '#0f766e', valueSuffix: 'M BTC', strokeWidth: 2.5 });
  }

  drawMvrv() {
    const host = this.host('mvrv-gauge-en');
    if (!host) return;
    createGauge(host, 1.94, {
      min: 0.5,
      max: 4,
      segments: [
        { limit: 1.2, color: '#0ea5e9', label: 'Cheap' },
        { limit: 2.4, color: '#14b8a6', label: 'Neutral' },
        { limit: 3, color: '#f59e0b', label: 'Dear' },
        { limit: 4, color: '#dc2626', label: 'Overheated' }
      ]
    });
  }

  drawAll() {
    this.drawHolders();
    this.drawAge();
    this.drawExchanges();
    this.drawMvrv();
  }
}

function initializeAllVisuals_report_en() {
  new OnChainVisuals_report_en(document).drawAll();
}
