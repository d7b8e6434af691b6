// Biểu đồ của báo cáo ngày
function initializeAllVisuals_report() {
    drawFearGreed_report();
    drawAltcoinSeason_report();
    drawDominance_report();
    drawBtcPrice_report();
    drawEtfFlow_report();
    drawFunding_report();
}

// Chỉ số Sợ hãi & Tham lam
function drawFearGreed_report() {
    const host = document.getElementById('fear-greed-gauge');
    if (!host) return;
    createGauge(host, 66, {
        min: 0,
        max: 100,
        segments: [
            { limit: 25, color: '#dc2626', label: 'Sợ hãi tột độ' },
            { limit: 45, color: '#f97316', label: 'Sợ hãi' },
            { limit: 55, color: '#eab308', label: 'Trung lập' },
            { limit: 75, color: '#84cc16', label: 'Tham lam' },
            { limit: 100, color: '#16a34a', label: 'Tham lam tột độ' }
        ]
    });
}

// Chỉ số mùa altcoin
function drawAltcoinSeason_report() {
    const host = document.getElementById('altcoin-season-gauge');
    if (!host) return;
    createGauge(host, 41, {
        min: 0,
        max: 100,
        segments: [
            { limit: 25, color: '#f7931a', label: 'Mùa Bitcoin' },
            { limit: 75, color: '#64748b', label: 'Cân bằng' },
            { limit: 100, color: '#6366f1', label: 'Mùa altcoin' }
        ]
    });
}

// Cơ cấu vốn hóa
function drawDominance_report() {
    const host = document.getElementById('market-dominance-doughnut');
    if (!host) return;
    const narrow = window.innerWidth < 640;
    createDoughnutChart(host, [
        { value: 57.2, label: 'Bitcoin', color: '#f7931a' },
        { value: 12.4, label: 'Ethereum', color: '#627eea' },
        { value: 9.3, label: 'Stablecoin', color: '#26a17b' },
        { value: 4.2, label: 'XRP', color: '#475569' },
        { value: 3.7, label: 'BNB', color: '#f0b90b' },
        { value: 3.0, label: 'Solana', color: '#9945ff' },
        { value: 10.2, label: 'Khác', color: '#94a3b8' }
    ], {
        title: 'Vốn hóa',
        outerRadius: narrow ? 90 : 120,
        innerRadius: narrow ? 54 : 72,
        showLegend: true
    });
}

// Giá đóng cửa Bitcoin 30 ngày
function drawBtcPrice_report() {
    const host = document.getElementById('btc-price-line');
    if (!host) return;
    const closes = [
        85260, 83980, 85640, 87310, 85890, 86420, 87390, 88640, 90270, 88610,
        89980, 91460, 89790, 90350, 91580, 90870, 91310, 92440, 90760, 91540,
        92170, 92830, 94310, 92050, 93480, 94870, 95640, 94780, 96180, 97420
    ];
    createLineChart(host, closes, { color: '#f7931a', valueSuffix: ' USD', strokeWidth: 2.5 });
}

// Dòng tiền ETF, triệu USD
function drawEtfFlow_report() {
    const host = document.getElementById('etf-flow-bar');
    if (!host) return;
    const flows = [142.6, -58.3, 218.4, 96.7, -31.2, 264.9, 187.5];
    const bars = flows.map(function (value, index) {
        return { value: value, label: 'P' + (index + 1), color: value < 0 ? '#dc2626' : '#16a34a' };
    });
    createBarChart(host, bars, {
        valueSuffix: ' triệu USD',
        yAxisLabel: 'Dòng tiền ròng (triệu USD)'
    });
}

// Phí funding mỗi 8 giờ
function drawFunding_report() {
    const host = document.getElementById('funding-rate-line');
    if (!host) return;
    const rates = [
        0.0032, 0.0041, 0.0038, 0.0047, 0.0029, 0.0044, 0.0052,
        0.0049, 0.0058, 0.0055, 0.0063, 0.0061, 0.0068, 0.0072
    ];
    createLineChart(host, rates, { color: '#0ea5e9', valuePrefix: '', valueSuffix: '%', strokeWidth: 2 });
}
