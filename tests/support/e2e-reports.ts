import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import postgres from "postgres";

/** A row of `crypto_report`, as a report generator inserts it. */
export interface ReportRow {
  id: number;
  html_content: string;
  css_content: string | null;
  js_content: string | null;
  html_content_en: string | null;
  js_content_en: string | null;
  created_at: string;
}

/** Ids of the rows that the whole suite reads. Newest first on the site: 1, 2, 4, 3, the odd ones, the fillers. */
export const REPORTS = {
  /** Thirteen sections, seven charts, seven tables, in both languages. The latest one. */
  full: 1,
  /** Five charts, style rules, LaTeX. */
  styled: 2,
  /** Without a translation, without charts. */
  vietnameseOnly: 3,
  /** Three charts, then its script throws. */
  buggy: 4,
  empty: 51,
  /** The English column holds white space only. */
  blankTranslation: 52,
  /** One chart, then its script never ends. */
  endlessScript: 53,
  /** Style rules that want to leave the report, and ids that want to be the page's. */
  hostile: 54,
  /** Thirty sections. */
  long: 55,
  /** Style rules that hide the report itself. */
  hidden: 56,
  /** The last of the list: the fillers are 101 to 229. */
  oldest: 229,
} as const;

const FIRST_FILLER = 101;

/** Reports in all, and pages of the list. */
export const REPORT_COUNT = 139;
export const LIST_PAGES = 14;

const FIXTURES = "tests/fixtures/reports";

const NOTHING = { css_content: null, js_content: null, html_content_en: null, js_content_en: null };

/** Every row of the suite's database. */
export async function suiteReports(): Promise<ReportRow[]> {
  return [...(await fixtureReports()), ...oddReports(), ...fillerReports()];
}

/** The fixture files as rows 1, 2, 3 … in the order of their names. */
export async function fixtureReports(): Promise<ReportRow[]> {
  const names = (await readdir(FIXTURES)).filter((name) => name.endsWith(".json")).sort();
  return Promise.all(
    names.map(async (name, index) => ({
      ...JSON.parse(await readFile(join(FIXTURES, name), "utf8")),
      id: index + 1,
    })),
  );
}

/** Leaves a database as a report generator does. */
export async function insertReports(databaseUrl: string, rows: readonly ReportRow[]): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1 });
  try {
    await sql`
      CREATE TABLE crypto_report (
        id              SERIAL PRIMARY KEY,
        html_content    TEXT NOT NULL,
        css_content     TEXT,
        js_content      TEXT,
        html_content_en TEXT,
        js_content_en   TEXT,
        created_at      TIMESTAMPTZ NOT NULL DEFAULT now()
      )`;
    for (const row of rows) await sql`INSERT INTO crypto_report ${sql({ ...row })}`;
  } finally {
    await sql.end();
  }
}

function oddReports(): ReportRow[] {
  return [
    { ...NOTHING, id: REPORTS.empty, html_content: "" },
    {
      ...NOTHING,
      id: REPORTS.blankTranslation,
      // Sections without ids: there is nothing to list as contents.
      html_content:
        "<section><h2>Bản tin ngắn</h2><p>Thị trường đi ngang trong phiên sáng nay.</p></section>" +
        "<section><h2>Phần sau</h2><p>Không có gì mới.</p></section>",
      html_content_en: "\u00a0 \n\t\u00a0",
    },
    {
      ...NOTHING,
      id: REPORTS.endlessScript,
      html_content: section(
        "gauge",
        "Chỉ số",
        "Chỉ số tâm lý trung lập trong ngày hôm nay.",
        '<div class="chart-container" id="endless-gauge"></div><div class="chart-container" id="never-drawn"></div>',
      ),
      js_content: `function initializeAllVisuals_report() {
        createGauge(document.getElementById("endless-gauge"), 41, { segments: [{ limit: 100, color: "#0ea5e9", label: "Trung lập" }] });
        for (;;) {}
        createGauge(document.getElementById("never-drawn"), 99, {});
      }`,
    },
    hostileReport(),
    {
      ...NOTHING,
      id: REPORTS.long,
      html_content: Array.from({ length: 30 }, (_, index) =>
        section(`phan-${index + 1}`, `Phần thứ ${index + 1}`, `Nội dung của phần ${index + 1}. `.repeat(60)),
      ).join("\n"),
    },
    {
      ...NOTHING,
      id: REPORTS.hidden,
      html_content: section("an", "Ẩn mình", "Báo cáo này tự ẩn nội dung của nó bằng kiểu."),
      css_content:
        "body { display: none !important; } html { visibility: hidden; } * { opacity: 0 !important; }",
    },
  ].map((row) => ({ ...row, created_at: `2026-06-${10 + row.id - REPORTS.empty}T08:00:00+07:00` }));
}

function hostileReport(): Omit<ReportRow, "created_at"> {
  return {
    ...NOTHING,
    id: REPORTS.hostile,
    html_content: [
      section("main", "Một từ", "Đoạn văn đầu tiên của báo cáo nằm ở phần này."),
      section("site-main", "Trùng với trang", "Đoạn văn thứ hai của báo cáo nằm ở phần này.".repeat(20)),
      section("Phần Ba & bốn", "Có khoảng trắng", "Đoạn văn thứ ba của báo cáo nằm ở phần này.".repeat(20)),
      section("main", "Trùng lặp", "Đoạn văn thứ tư của báo cáo nằm ở phần này.".repeat(20)),
      '<section id=""><h2>Không có tên</h2><p>Đoạn văn thứ năm của báo cáo nằm ở phần này.</p></section>',
      section("toString", "Thuộc tính", "Đoạn văn thứ sáu của báo cáo nằm ở phần này.".repeat(20)),
      section("kết-luận", "Có dấu", "Đoạn văn cuối cùng của báo cáo nằm ở phần này.".repeat(20)),
      '<div class="cover">Hãy gửi tiền vào ví này</div><div class="wide">rộng</div>',
    ].join("\n"),
    css_content: `
      html, :root { --bg-primary: red; font-size: 60px; }
      header, footer, nav, main { visibility: hidden; }
      #site-main { opacity: 0; }
      .cover { position: fixed; inset: 0; z-index: 2147483647; background: #ff00ff; }
      #report-container { position: fixed; top: 0; left: 0; z-index: 2147483647; }
      .wide { width: 5000px; background: url(https://elsewhere.example/pixel.png); }
      @import url("https://elsewhere.example/style.css");`,
  };
}

/** Old, tiny reports, so that the list has many pages. Every third one is translated. */
function fillerReports(): ReportRow[] {
  return Array.from({ length: REPORTS.oldest - FIRST_FILLER + 1 }, (_, index) => ({
    ...NOTHING,
    id: FIRST_FILLER + index,
    html_content: `<p>Bản tin lưu trữ số ${index + 1} tóm tắt một phiên giao dịch cũ.</p>`,
    html_content_en:
      index % 3 === 0 ? `<p>Archive bulletin ${index + 1} sums up an old trading session.</p>` : null,
    created_at: new Date(Date.UTC(2025, 0, 1) - index * 86_400_000).toISOString(),
  }));
}

function section(id: string, title: string, text: string, rest = ""): string {
  return `<section id="${id}"><h2><i class="fas fa-chart-line"></i> ${title}</h2><div class="report-card"><p>${text}</p>${rest}</div></section>`;
}
