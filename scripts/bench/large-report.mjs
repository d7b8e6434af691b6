// @ts-check
// How long a report of 2 MB takes to render, and what other visitors notice of it meanwhile:
// `node scripts/bench/large-report.mjs`. Prints a table for docs/performance.md.
import { get } from "node:http";
import { machine, startFixtureSite } from "./fixture-site.mjs";

const BYTES = 2 * 1024 * 1024;
const RUNS = 5;
const PROBE_EVERY_MS = 25;

const SENTENCE =
  "Giá BTC dao động trong biên độ hẹp quanh 115.920 USD, khối lượng giao ngay thấp hơn trung bình hai mươi phiên. ";

/**
 * A daily report, only longer: sections of cards, each with prose, figures and a table.
 *
 * @returns {string} HTML of `BYTES` bytes, with a first and a last paragraph that can be told apart
 */
function largeReport() {
  const parts = ["<p>Đoạn đầu tiên của báo cáo dài nhất.</p>"];
  const end = "<p>Đoạn cuối cùng của báo cáo dài nhất.</p>";
  let bytes = Buffer.byteLength(parts.join("") + end);
  for (let number = 1; ; number++) {
    const rows = Array.from(
      { length: 8 },
      (_, row) => `<tr><td data-label="Mã">T${row}</td><td data-label="Giá">$${number}.${row}</td></tr>`,
    );
    const part = `<section id="phan-${number}"><h2><i class="fas fa-chart-line"></i> Phần ${number}</h2><div class="content-grid"><div class="report-card"><p>${SENTENCE.repeat(6)}</p><div class="stat-item"><span class="stat-label">RSI</span> <span class="stat-value">${number}</span></div></div><div class="report-card"><p>${SENTENCE.repeat(4)}</p><div class="table-container"><table class="crypto-table"><thead><tr><th>Mã</th><th>Giá</th></tr></thead><tbody>${rows.join("")}</tbody></table></div></div></div></section>`;
    if (bytes + Buffer.byteLength(part) > BYTES) break;
    parts.push(part);
    bytes += Buffer.byteLength(part);
  }
  return [...parts, `<p>${"x ".repeat((BYTES - bytes - 7) / 2)}</p>`, end].join("\n");
}

/**
 * @param {string} url
 * @returns {Promise<{ ms: number, text: string }>} until the last byte
 */
function timedGet(url) {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (/** @type {string} */ chunk) => {
        text += chunk;
      });
      response.on("end", () => {
        if (response.statusCode === 200) resolve({ ms: performance.now() - startedAt, text });
        else reject(new Error(`${url} answered ${response.statusCode}`));
      });
    }).on("error", reject);
  });
}

/**
 * Asks for `url` every few milliseconds, whether or not the last one was answered, until `end` settles.
 *
 * @param {string} url
 * @param {Promise<unknown>} end
 * @returns {Promise<number[]>} milliseconds of each, ascending; Infinity for one that failed
 */
async function probe(url, end) {
  /** @type {Promise<number>[]} */
  const probes = [];
  const ask = () =>
    timedGet(url).then(
      ({ ms }) => ms,
      () => Number.POSITIVE_INFINITY,
    );
  const timer = setInterval(() => probes.push(ask()), PROBE_EVERY_MS);
  await end.finally(() => clearInterval(timer));
  return (await Promise.all(probes)).sort((a, b) => a - b);
}

const html = largeReport();
const created_at = "2026-11-12T09:00:00+07:00";
const rows = Array.from({ length: RUNS + 1 }, () => ({ html_content: html, created_at }));
const site = await startFixtureSite([
  ...rows,
  { html_content: "<p>Báo cáo ngắn.</p>", created_at: "2026-11-13T09:00:00+07:00" },
]);
try {
  const cached = `${site.url}/crypto_report/${RUNS + 2}`;
  await timedGet(cached);
  // The first one also starts a worker thread.
  await timedGet(`${site.url}/crypto_report/${RUNS + 1}`);
  console.log(`\n${html.length.toLocaleString("en")} characters, ${machine()}\n`);
  console.log("| run | rendered in | page, uncompressed | whole | cached page meanwhile: median | slowest |");
  console.log("|---:|---:|---:|---|---:|---:|");
  for (let id = 1; id <= RUNS; id++) {
    const rendering = timedGet(`${site.url}/crypto_report/${id}`);
    const latencies = await probe(cached, rendering);
    const { ms, text } = await rendering;
    const whole = ["Đoạn đầu tiên", "Đoạn cuối cùng"].every((words) =>
      text.includes(`<p>${words} của báo cáo dài nhất.</p>`),
    );
    const median = latencies[Math.floor(latencies.length / 2)] ?? Number.NaN;
    const slowest = latencies.at(-1) ?? Number.NaN;
    const size = (text.length / 1024 / 1024).toFixed(1);
    console.log(
      `| ${id} | ${Math.round(ms)} ms | ${size} M characters | ${whole ? "yes" : "NO"} | ${Math.round(median)} ms | ${Math.round(slowest)} ms |`,
    );
  }
} finally {
  await site.stop();
}
