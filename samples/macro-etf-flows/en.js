// Macro and ETF special
var palette_report_en = { inflow: '#15803d', outflow: '#be123c', yield: '#7c3aed' };

var specs_report_en = [
  {
    id: 'etf-ten-session-bar-en',
    draw: function (el) {
      if (typeof createBarChart !== 'function') return;
      var flows = [-312.4, -186.9, -94.5, -141.2, -22.7, 38.6, 64.1, -17.8, 156.3, 203.4];
      createBarChart(el, flows.map(function (value, i) {
        return {
          value: value,
          label: 'S' + (i + 1),
          color: value < 0 ? palette_report_en.outflow : palette_report_en.inflow
        };
      }), { valuePrefix: '$', valueSuffix: 'M', yAxisLabel: 'USD million' });
    }
  },
  {
    id: 'etf-holder-doughnut-en',
    draw: function (el) {
      if (typeof createDoughnutChart !== 'function') return;
      createDoughnutChart(el, [
        { value: 38, label: 'Financial advisers', color: '#7c3aed' },
        { value: 31, label: 'Individual investors', color: '#a78bfa' },
        { value: 19, label: 'Hedge funds', color: '#f59e0b' },
        { value: 12, label: 'Long-term institutions', color: '#0ea5e9' }
      ], { title: 'Holders', outerRadius: 115, innerRadius: 75, showLegend: true });
    }
  },
  {
    id: 'real-yield-line-en',
    draw: function (el) {
      if (typeof createLineChart !== 'function') return;
      createLineChart(el, [1.74, 1.79, 1.83, 1.88, 1.94, 1.97, 2.03, 2.08, 2.13, 2.16, 2.04, 1.93], {
        color: palette_report_en.yield,
        valueSuffix: '%',
        strokeWidth: 3
      });
    }
  },
  {
    id: 'rate-cut-gauge-en',
    draw: function (el) {
      if (typeof createGauge !== 'function') return;
      createGauge(el, 68, {
        min: 0,
        max: 100,
        segments: [
          { limit: 30, color: '#be123c', label: 'Unlikely' },
          { limit: 60, color: '#eab308', label: 'Open' },
          { limit: 85, color: '#65a30d', label: 'Likely' },
          { limit: 100, color: '#15803d', label: 'Almost certain' }
        ]
      });
    }
  }
];

function initializeAllVisuals_report_en() {
  for (var i = 0; i < specs_report_en.length; i++) {
    var el = document.getElementById(specs_report_en[i].id);
    if (el) specs_report_en[i].draw(el);
  }
}
