function initializeAllVisuals_report() {
    // màu lấy từ giao diện, nếu không đọc được thì dùng màu cố định
    var theme = getComputedStyle(document.documentElement);
    var falling = theme.getPropertyValue('--negative-color').trim() || '#dc2626';
    var rising = theme.getPropertyValue('--positive-color').trim() || '#16a34a';

    createLineChart(document.querySelector('#btc-intraday-line'), [
        88540, 88320, 88610, 87940, 88050, 87260, 86480, 85120, 83180, 83940, 84410, 83870, 84260
    ], { color: falling, valueSuffix: ' USD', strokeWidth: 3 });

    createGauge(document.querySelector('#fear-greed-gauge'), 27, {
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

    createBarChart(document.querySelector('#net-liquidation-bar'), [
        { value: -431, label: 'BTC', color: falling },
        { value: -318, label: 'ETH', color: falling },
        { value: -121, label: 'SOL', color: falling },
        { value: -62, label: 'XRP', color: falling },
        { value: -38, label: 'DOGE', color: falling },
        { value: -57, label: 'Khác', color: falling },
        { value: 5, label: 'TRX', color: rising }
    ], { valueSuffix: ' triệu USD', yAxisLabel: 'Thanh lý ròng (triệu USD)' });

    // hai biểu đồ cuối nằm phía dưới nên vẽ sau một nhịp
    setTimeout(drawLower_report, 0);
}

function drawLower_report() {
    createDoughnutChart(document.querySelector('#venue-share-doughnut'), [
        { value: 41, label: 'Sàn lớn nhất', color: '#f0b90b' },
        { value: 24, label: 'Sàn lớn thứ nhì', color: '#f97316' },
        { value: 15, label: 'Sàn lớn thứ ba', color: '#0ea5e9' },
        { value: 12, label: 'Sàn phi tập trung', color: '#8b5cf6' },
        { value: 8, label: 'Sàn khác', color: '#94a3b8' }
    ], { title: 'Thanh lý', outerRadius: 110, innerRadius: 70, showLegend: true });

    createLineChart(document.querySelector('#funding-flip-line'), [
        0.0118, 0.0124, 0.0131, 0.0127, 0.0142, 0.0096, -0.0034, -0.0061
    ], { color: '#0ea5e9', valueSuffix: '%' });
}
