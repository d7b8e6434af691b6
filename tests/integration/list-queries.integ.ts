import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrate } from "../../lib/clients/migrations";
import { createPostgres, type Sql } from "../../lib/clients/postgres";
import { createReportRepository, type ReportRepository } from "../../lib/reports/repository";
import { explainer, fillReportTable, type PlanNode } from "../../scripts/bench/report-table.mjs";
import { createTestDatabase, type TestDatabase } from "../support/database";

const TOTAL = 100_000;
const PER_PAGE = 10;
const LAST_PAGE = TOTAL / PER_PAGE;
const INDEX = "crypto_report_newest_first";

let database: TestDatabase;
let sql: Sql;
let repository: ReportRepository;
let explain: Awaited<ReturnType<typeof explainer>>;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrate(database.url, "migrations");
  sql = createPostgres(database.url, { max: 1, statementTimeout: 120_000 });
  repository = createReportRepository(sql);
  explain = await explainer(sql);
  await fillReportTable(sql, TOTAL);
});

afterAll(async () => {
  await sql.end({ timeout: 1 });
  await database.drop();
});

const withDescendants = (node: PlanNode): PlanNode[] => [
  node,
  ...(node.Plans ?? []).flatMap(withDescendants),
];

/** The plans of what `read` sends, once Postgres has seen it often enough to settle on one. */
async function settledPlans(read: () => Promise<unknown>): Promise<PlanNode[][]> {
  for (let i = 0; i < 6; i++) await read();
  return (await explain(read)).map(({ Plan }) => withDescendants(Plan));
}

const rowsOf = (node: PlanNode) => node["Actual Rows"] * node["Actual Loops"];

/** Entries of an index that a plan walks. */
function walked(nodes: readonly PlanNode[], index: string): number {
  return nodes.filter((node) => node["Index Name"] === index).reduce((sum, node) => sum + rowsOf(node), 0);
}

const page = (number: number) => () =>
  repository.openings({ offset: (number - 1) * PER_PAGE, limit: PER_PAGE, total: TOTAL });

// A table that was just restored has neither statistics nor a visibility map.
describe.each([
  ["never vacuumed", async () => {}],
  ["vacuumed", () => sql`VACUUM ANALYZE crypto_report`],
])("a table of 100,000 reports, %s", (_state, prepare) => {
  beforeAll(async () => {
    await prepare();
  });

  test.each([
    [1, PER_PAGE],
    [2, 2 * PER_PAGE],
    [LAST_PAGE / 4, TOTAL / 4],
    [LAST_PAGE / 2, TOTAL / 2],
    [LAST_PAGE / 2 + 1, TOTAL / 2],
    [(LAST_PAGE * 3) / 4, TOTAL / 4 + PER_PAGE],
    [LAST_PAGE, PER_PAGE],
  ])("page %i reads %i entries of the index, and ten rows", async (number, entries) => {
    const [nodes = []] = await settledPlans(page(number));

    expect(nodes.map((node) => node["Node Type"])).toContain("Index Only Scan");
    expect(nodes.map((node) => node["Node Type"])).not.toContain("Seq Scan");
    expect(walked(nodes, INDEX)).toBe(entries);
    expect(entries).toBeLessThanOrEqual(TOTAL / 2);
    expect(walked(nodes, "crypto_report_pkey")).toBe(PER_PAGE);
  });

  test("the latest report reads one entry of the index", async () => {
    const [nodes = []] = await settledPlans(() => repository.latest());
    expect(walked(nodes, INDEX)).toBe(1);
    expect(nodes.map((node) => node["Node Type"])).not.toContain("Seq Scan");
  });

  test("neighbours read as many entries of the index as there are neighbours", async () => {
    const plans = await settledPlans(() => repository.neighbours(TOTAL / 2, 3));
    expect(plans.map((nodes) => walked(nodes, INDEX)).sort()).toEqual([1, 3]);
    for (const nodes of plans) expect(nodes.map((node) => node["Node Type"])).not.toContain("Seq Scan");
  });

  test("a report is found by its primary key", async () => {
    const [nodes = []] = await settledPlans(() => repository.byId(TOTAL / 2));
    expect(nodes.map((node) => [node["Node Type"], node["Index Name"]])).toEqual([
      ["Index Scan", "crypto_report_pkey"],
    ]);
  });
});
