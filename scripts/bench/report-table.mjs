// @ts-check
/** @typedef {{ query: string, parameters: readonly unknown[] }} Call */

/**
 * The root of a plan as `EXPLAIN (ANALYZE, FORMAT JSON)` prints it. Times are milliseconds.
 *
 * @typedef {{ "Node Type": string, "Index Name"?: string, "Actual Rows": number, "Actual Loops": number, Plans?: PlanNode[] }} PlanNode
 * @typedef {{ Plan: PlanNode, "Execution Time": number }} Plan
 */

/**
 * Fills `crypto_report` with reports two hours apart. Postgres stores their texts out of line, as it
 * does those of real reports, so that a row itself is as small as a real one.
 *
 * @param {import("postgres").Sql} sql
 * @param {number} rows
 */
export async function fillReportTable(sql, rows) {
  await sql`ALTER TABLE crypto_report ALTER html_content SET STORAGE EXTERNAL`;
  // What autovacuum does in production, and when, is up to the caller here.
  await sql`ALTER TABLE crypto_report SET (autovacuum_enabled = false)`;
  await sql`
    INSERT INTO crypto_report (html_content, html_content_en, created_at)
    SELECT repeat(md5(i::text), 96), '<p>Short</p>', TIMESTAMPTZ '2000-01-01 00:00Z' + i * INTERVAL '2 hours'
    FROM generate_series(1, ${rows}) AS i`;
}

/**
 * Adds short reports in both languages, two hours apart, all older than those that are there.
 *
 * @param {import("postgres").Sql} sql
 * @param {number} count
 */
export async function insertShortReports(sql, count) {
  await sql`
    INSERT INTO crypto_report (html_content, html_content_en, created_at)
    SELECT ${shortReport("Báo cáo", "Thị trường đi ngang, khối lượng thấp hơn trung bình.")}::text || i || '</p>',
           ${shortReport("Report", "The market moved sideways on less volume than usual.")}::text || i || '</p>',
           oldest - i * INTERVAL '2 hours'
    FROM generate_series(1, ${count}) AS i,
         (SELECT coalesce(min(created_at), now()) AS oldest FROM crypto_report) AS present`;
}

/**
 * @param {string} title
 * @param {string} sentence
 * @returns {string} HTML but for a number and the end of its last paragraph
 */
function shortReport(title, sentence) {
  const cells = ["BTC", "ETH", "SOL"].map(
    (name) => `<tr><td data-label="Asset">${name}</td><td data-label="RSI">50</td></tr>`,
  );
  return `<section id="market"><h2><i class="fas fa-chart-line"></i> ${title}</h2><div class="report-card"><p>${sentence.repeat(4)}</p><div class="table-container"><table class="crypto-table"><tbody>${cells.join("")}</tbody></table></div></div></section><p>${title} `;
}

/**
 * Explains what is sent through a client with one connection: the statements that Postgres has
 * prepared for it, with the plans it has chosen for them.
 *
 * @param {import("postgres").Sql} sql
 */
export async function explainer(sql) {
  // On its first query the client also asks for Postgres' types.
  await sql`SELECT 1`;
  /** @type {Call[]} */
  const calls = [];
  sql.options.debug = (_connection, query, parameters) => void calls.push({ query, parameters });

  /**
   * @param {Call} call
   * @returns {Promise<Plan>}
   */
  async function explainCall({ query, parameters }) {
    const [prepared] = await sql`SELECT name FROM pg_prepared_statements WHERE statement = ${query}`;
    if (!prepared) throw new Error(`Not prepared: ${query}`);
    const values = parameters.length > 0 ? `(${parameters.join(", ")})` : "";
    const [row] = await sql.unsafe(
      `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) EXECUTE "${prepared.name}" ${values}`,
    );
    return row?.["QUERY PLAN"][0];
  }

  /**
   * Runs `read`, then its statements with the same parameters once more to see their plans.
   *
   * @param {() => Promise<unknown>} read
   * @returns {Promise<Plan[]>} one a statement
   */
  return async function explain(read) {
    calls.length = 0;
    await read();
    const plans = [];
    for (const call of calls.splice(0)) plans.push(await explainCall(call));
    return plans;
  };
}
