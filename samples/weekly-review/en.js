/* Weekly review: visuals */
const byId_report_en = (id) => document.querySelector('#' + id);
const ready_report_en = (draw) => typeof draw === 'function';
const UP_report_en = '#16a34a';
const DOWN_report_en = '#dc2626';

const performance_report_en = [
  ['LINK', 8.9], ['SOL', 7.2], ['ETH', 5.79], ['BTC', 4.48], ['BNB', 2.3],
  ['XRP', 1.1], ['ADA', -0.6], ['DOGE', -2.7], ['TON', -3.4]
];

const allocation_report_en = [
  { symbol: 'BTC', weight: 0.46, color: '#f7931a' },
  { symbol: 'ETH', weight: 0.2, color: '#627eea' },
  { symbol: 'SOL', weight: 0.08, color: '#9945ff' },
  { symbol: 'LINK', weight: 0.04, color: '#2a5ada' },
  { symbol: 'Stablecoins', weight: 0.22, color: '#94a3b8' }
];

const moods_report_en = [
  [20, '#b91c1c', 'Panic'],
  [40, '#f97316', 'Anxious'],
  [60, '#eab308', 'Calm'],
  [80, '#4ade80', 'Excited'],
  [100, '#15803d', 'Euphoric']
].map(([limit, color, label]) => ({ limit, color, label }));

const drawSentiment_report_en = () => {
  const host = byId_report_en('weekly-sentiment-gauge-en');
  if (host && ready_report_en(createGauge)) createGauge(host, 59, { min: 0, max: 100, segments: moods_report_en });
};

const drawPerformance_report_en = () => {
  const host = byId_report_en('weekly-performance-bar-en');
  if (!host || !ready_report_en(createBarChart)) return;
  createBarChart(
    host,
    performance_report_en.map(([label, value]) => ({ label, value, color: value >= 0 ? UP_report_en : DOWN_report_en })),
    { valueSuffix: '%', yAxisLabel: 'Change over the week (%)' }
  );
};

const drawPath_report_en = () => {
  const open = 91540;
  const moves = [0, 630, 1290, 2770, 510, 1940, 3330, 4100];
  const host = byId_report_en('weekly-btc-path-line-en');
  host && createLineChart(host, moves.map((move) => open + move), { color: '#f7931a', valuePrefix: '$', strokeWidth: 3 });
};

const drawStablecoin_report_en = () => {
  const supply = [301.4, 302.3, 303.1, 304.6, 305.9, 307.5, 308.8, 308.1, 309.4, 311.2, 313.9, 315.6];
  const host = byId_report_en('weekly-stablecoin-line-en');
  host && createLineChart(host, supply, { color: '#26a17b', valuePrefix: '$', valueSuffix: 'B' });
};

const drawAllocation_report_en = () => {
  const percent = new Intl.NumberFormat('en-US', { style: 'percent' });
  const slices = allocation_report_en
    .filter(({ weight }) => weight > 0)
    .map(({ symbol, weight, color }) => ({ label: `${symbol} ${percent.format(weight)}`, value: Math.round(weight * 100), color }));
  const host = byId_report_en('weekly-allocation-doughnut-en');
  host && createDoughnutChart(host, slices, { title: 'Portfolio', showLegend: true });
};

const steps_report_en = { drawSentiment_report_en, drawPerformance_report_en, drawPath_report_en, drawStablecoin_report_en, drawAllocation_report_en };

function initializeAllVisuals_report_en() {
  Object.entries(steps_report_en).forEach(([name, draw]) => {
    try {
      draw();
    } catch (error) {
      console.warn(`[weekly] ${name}: ${error?.message ?? error}`);
    }
  });
}

document.addEventListener('DOMContentLoaded', () => initializeAllVisuals_report_en());
