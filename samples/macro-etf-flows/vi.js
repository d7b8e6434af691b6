// Chuyên đề vĩ mô và ETF
var palette_report = { inflow: '#15803d', outflow: '#be123c', yield: '#7c3aed' };

var specs_report = [
  {
    id: 'etf-ten-session-bar',
    draw: function (el) {
      if (typeof createBarChart !== 'function') return;
      var flows = [-312.4, -186.9, -94.5, -141.2, -22.7, 38.6, 64.1, -17.8, 156.3, 203.4];
      createBarChart(el, flows.map(function (value, i) {
        return {
          value: value,
          label: 'P' + (i + 1),
          color: value < 0 ? palette_report.outflow : palette_report.inflow
        };
      }), { valueSuffix: ' triệu USD', yAxisLabel: 'Triệu USD' });
    }
  },
  {
    id: 'etf-holder-doughnut',
    draw: function (el) {
      if (typeof createDoughnutChart !== 'function') return;
      createDoughnutChart(el, [
        { value: 38, label: 'Cố vấn tài chính', color: '#7c3aed' },
        { value: 31, label: 'Nhà đầu tư cá nhân', color: '#a78bfa' },
        { value: 19, label: 'Quỹ phòng hộ', color: '#f59e0b' },
        { value: 12, label: 'Tổ chức dài hạn', color: '#0ea5e9' }
      ], { title: 'Người nắm giữ', outerRadius: 115, innerRadius: 75, showLegend: true });
    }
  },
  {
    id: 'real-yield-line',
    draw: function (el) {
      if (typeof createLineChart !== 'function') return;
      createLineChart(el, [1.74, 1.79, 1.83, 1.88, 1.94, 1.97, 2.03, 2.08, 2.13, 2.16, 2.04, 1.93], {
        color: palette_report.yield,
        valueSuffix: '%',
        strokeWidth: 3
      });
    }
  },
  {
    id: 'rate-cut-gauge',
    draw: function (el) {
      if (typeof createGauge !== 'function') return;
      createGauge(el, 68, {
        min: 0,
        max: 100,
        segments: [
          { limit: 30, color: '#be123c', label: 'Khó xảy ra' },
          { limit: 60, color: '#eab308', label: 'Chưa rõ' },
          { limit: 85, color: '#65a30d', label: 'Nhiều khả năng' },
          { limit: 100, color: '#15803d', label: 'Gần như chắc chắn' }
        ]
      });
    }
  }
];

function initializeAllVisuals_report() {
  for (var i = 0; i < specs_report.length; i++) {
    var el = document.getElementById(specs_report[i].id);
    if (el) specs_report[i].draw(el);
  }
}
