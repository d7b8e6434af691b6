function initializeAllVisuals_report_en() {
    // colours come from the theme, with fixed ones as a fallback
    var theme = getComputedStyle(document.documentElement);
    var falling = theme.getPropertyValue('--negative-color').trim() || '#dc2626';
    var rising = theme.getPropertyValue('--positive-color').trim() || '#16a34a';

    createLineChart(document.querySelector('#btc-intraday-line-en'), [
        88540, 88320, 88610, 87940, 88050, 87260, 86480, 85120, 83180, 83940, 84410, 83870, 84260
    ], { color: falling, valuePrefix: '$', strokeWidth: 3 });

    createGauge(document.querySelector('#fear-greed-gauge-en'), 27, {
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

    createBarChart(document.querySelector('#net-liquidation-bar-en'), [
        { value: -431, label: 'BTC', color: falling },
        { value: -318, label: 'ETH', color: falling },
        { value: -121, label: 'SOL', color: falling },
        { value: -62, label: 'XRP', color: falling },
        { value: -38, label: 'DOGE', color: falling },
        { value: -57, label: 'Others', color: falling },
        { value: 5, label: 'TRX', color: rising }
    ], { valuePrefix: '$', valueSuffix: 'M', yAxisLabel: 'Net liquidations (USD million)' });

    // the last two are further down, so they are drawn a moment later
    setTimeout(drawLower_report_en, 0);
}

function drawLower_report_en() {
    createDoughnutChart(document.querySelector('#venue-share-doughnut-en'), [
        { value: 41, label: 'Largest exchange', color: '#f0b90b' },
        { value: 24, label: 'Second largest', color: '#f97316' },
        { value: 15, label: 'Third largest', color: '#0ea5e9' },
        { value: 12, label: 'Decentralised venues', color: '#8b5cf6' },
        { value: 8, label: 'Others', color: '#94a3b8' }
    ], { title: 'Liquidations', outerRadius: 110, innerRadius: 70, showLegend: true });

    createLineChart(document.querySelector('#funding-flip-line-en'), [
        0.0118, 0.0124, 0.0131, 0.0127, 0.0142, 0.0096, -0.0034, -0.0061
    ], { color: '#0ea5e9', valueSuffix: '%' });
}
