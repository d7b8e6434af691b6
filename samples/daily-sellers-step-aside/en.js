// Charts of the daily report
function initializeAllVisuals_report_en() {
    drawFearGreed_report_en();
    drawAltcoinSeason_report_en();
    drawDominance_report_en();
    drawBtcPrice_report_en();
    drawEtfFlow_report_en();
    drawFunding_report_en();
}

// Fear & Greed Index
function drawFearGreed_report_en() {
    const host = document.getElementById('fear-greed-gauge-en');
    if (!host) return;
    createGauge(host, 66, {
        min: 0,
        max: 100,
        segments: [
            { limit: 25, color: '#dc2626', label: 'Extreme fear' },
            { limit: 45, color: '#f97316', label: 'Fear' },
            { limit: 55, color: '#eab308', label: 'Neutral' },
            { limit: 75, color: '#84cc16', label: 'Greed' },
            { limit: 100, color: '#16a34a', label: 'Extreme greed' }
        ]
    });
}

// Altcoin season index
function drawAltcoinSeason_report_en() {
    const host = document.getElementById('altcoin-season-gauge-en');
    if (!host) return;
    createGauge(host, 41, {
        min: 0,
        max: 100,
        segments: [
            { limit: 25, color: '#f7931a', label: 'Bitcoin season' },
            { limit: 75, color: '#64748b', label: 'Balanced' },
            { limit: 100, color: '#6366f1', label: 'Altcoin season' }
        ]
    });
}

// Market cap breakdown
function drawDominance_report_en() {
    const host = document.getElementById('market-dominance-doughnut-en');
    if (!host) return;
    const narrow = window.innerWidth < 640;
    createDoughnutChart(host, [
        { value: 57.2, label: 'Bitcoin', color: '#f7931a' },
        { value: 12.4, label: 'Ethereum', color: '#627eea' },
        { value: 9.3, label: 'Stablecoins', color: '#26a17b' },
        { value: 4.2, label: 'XRP', color: '#475569' },
        { value: 3.7, label: 'BNB', color: '#f0b90b' },
        { value: 3.0, label: 'Solana', color: '#9945ff' },
        { value: 10.2, label: 'Others', color: '#94a3b8' }
    ], {
        title: 'Market cap',
        outerRadius: narrow ? 90 : 120,
        innerRadius: narrow ? 54 : 72,
        showLegend: true
    });
}

// Bitcoin closes, 30 days
function drawBtcPrice_report_en() {
    const host = document.getElementById('btc-price-line-en');
    if (!host) return;
    const closes = [
        85260, 83980, 85640, 87310, 85890, 86420, 87390, 88640, 90270, 88610,
        89980, 91460, 89790, 90350, 91580, 90870, 91310, 92440, 90760, 91540,
        92170, 92830, 94310, 92050, 93480, 94870, 95640, 94780, 96180, 97420
    ];
    createLineChart(host, closes, { color: '#f7931a', valuePrefix: '$', strokeWidth: 2.5 });
}

// ETF flows, USD million
function drawEtfFlow_report_en() {
    const host = document.getElementById('etf-flow-bar-en');
    if (!host) return;
    const flows = [142.6, -58.3, 218.4, 96.7, -31.2, 264.9, 187.5];
    const bars = flows.map(function (value, index) {
        return { value: value, label: 'S' + (index + 1), color: value < 0 ? '#dc2626' : '#16a34a' };
    });
    createBarChart(host, bars, {
        valuePrefix: '$',
        valueSuffix: 'M',
        yAxisLabel: 'Net flow (USD million)'
    });
}

// Funding per 8 hours
function drawFunding_report_en() {
    const host = document.getElementById('funding-rate-line-en');
    if (!host) return;
    const rates = [
        0.0032, 0.0041, 0.0038, 0.0047, 0.0029, 0.0044, 0.0052,
        0.0049, 0.0058, 0.0055, 0.0063, 0.0061, 0.0068, 0.0072
    ];
    createLineChart(host, rates, { color: '#0ea5e9', valuePrefix: '', valueSuffix: '%', strokeWidth: 2 });
}
