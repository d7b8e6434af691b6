/* Báo cáo tuần: trực quan hóa */
const byId_report = (id) => document.querySelector('#' + id);
const ready_report = (draw) => typeof draw === 'function';
const UP_report = '#16a34a';
const DOWN_report = '#dc2626';

const performance_report = [
  ['LINK', 8.9], ['SOL', 7.2], ['ETH', 5.79], ['BTC', 4.48], ['BNB', 2.3],
  ['XRP', 1.1], ['ADA', -0.6], ['DOGE', -2.7], ['TON', -3.4]
];

const allocation_report = [
  { symbol: 'BTC', weight: 0.46, color: '#f7931a' },
  { symbol: 'ETH', weight: 0.2, color: '#627eea' },
  { symbol: 'SOL', weight: 0.08, color: '#9945ff' },
  { symbol: 'LINK', weight: 0.04, color: '#2a5ada' },
  { symbol: 'Stablecoin', weight: 0.22, color: '#94a3b8' }
];

const moods_report = [
  [20, '#b91c1c', 'Hoảng loạn'],
  [40, '#f97316', 'Lo lắng'],
  [60, '#eab308', 'Bình tĩnh'],
  [80, '#4ade80', 'Hào hứng'],
  [100, '#15803d', 'Hưng phấn']
].map(([limit, color, label]) => ({ limit, color, label }));

const drawSentiment_report = () => {
  const host = byId_report('weekly-sentiment-gauge');
  if (host && ready_report(createGauge)) createGauge(host, 59, { min: 0, max: 100, segments: moods_report });
};

const drawPerformance_report = () => {
  const host = byId_report('weekly-performance-bar');
  if (!host || !ready_report(createBarChart)) return;
  createBarChart(
    host,
    performance_report.map(([label, value]) => ({ label, value, color: value >= 0 ? UP_report : DOWN_report })),
    { valueSuffix: '%', yAxisLabel: 'Thay đổi trong tuần (%)' }
  );
};

const drawPath_report = () => {
  const open = 91540;
  const moves = [0, 630, 1290, 2770, 510, 1940, 3330, 4100];
  const host = byId_report('weekly-btc-path-line');
  host && createLineChart(host, moves.map((move) => open + move), { color: '#f7931a', valueSuffix: ' USD', strokeWidth: 3 });
};

const drawStablecoin_report = () => {
  const supply = [301.4, 302.3, 303.1, 304.6, 305.9, 307.5, 308.8, 308.1, 309.4, 311.2, 313.9, 315.6];
  const host = byId_report('weekly-stablecoin-line');
  host && createLineChart(host, supply, { color: '#26a17b', valueSuffix: ' tỷ USD' });
};

const drawAllocation_report = () => {
  const percent = new Intl.NumberFormat('vi-VN', { style: 'percent' });
  const slices = allocation_report
    .filter(({ weight }) => weight > 0)
    .map(({ symbol, weight, color }) => ({ label: `${symbol} ${percent.format(weight)}`, value: Math.round(weight * 100), color }));
  const host = byId_report('weekly-allocation-doughnut');
  host && createDoughnutChart(host, slices, { title: 'Danh mục', showLegend: true });
};

const steps_report = { drawSentiment_report, drawPerformance_report, drawPath_report, drawStablecoin_report, drawAllocation_report };

function initializeAllVisuals_report() {
  Object.entries(steps_report).forEach(([name, draw]) => {
    try {
      draw();
    } catch (error) {
      console.warn(`[weekly] ${name}: ${error?.message ?? error}`);
    }
  });
}

document.addEventListener('DOMContentLoaded', () => initializeAllVisuals_report());
