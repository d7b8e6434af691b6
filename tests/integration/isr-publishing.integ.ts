import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres, { type Sql } from "postgres";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createPublishedReports, reportHtml } from "../support/published-reports";
import { startRedis } from "../support/redis";
import { type SiteInstances, startInstances } from "../support/site-instances";

vi.setConfig({ testTimeout: 240_000 });

/** The promise: a request that begins so long after the commit gets what was committed. */
const PUBLISHED_MS = 2_000;

/** Pages in both languages that show the newest report, beside its own. */
const SHOWING_NEWEST = ["/", "/crypto_report", "/crypto_reports_list", "/rss.xml"].flatMap((path) => [
  path,
  path === "/" ? "/en" : `/en${path}`,
]);

/** Whether the text stands on each page of each instance. */
async function findText({ sites, ask }: SiteInstances, paths: readonly string[], text: string) {
  const indexes = sites.map((_, index) => index);
  const found = await Promise.all(
    paths.map(async (path) => (await ask(path, indexes)).map(({ body }) => body.includes(text))),
  );
  return Object.fromEntries(paths.map((path, index) => [path, found[index]]));
}

function everywhere({ sites }: SiteInstances, paths: readonly string[], value: boolean) {
  return Object.fromEntries(paths.map((path) => [path, sites.map(() => value)]));
}

/** Inserts, edits and deletes the newest report, and looks at all hot pages after each. */
async function publishEditDelete(instances: SiteInstances, generator: Sql): Promise<void> {
  const look = (paths: readonly string[], text: string) => findText(instances, paths, text);
  await look([...SHOWING_NEWEST, "/sitemap.xml"], "");

  const [row] = await generator<[{ id: number }]>`
    INSERT INTO crypto_report (html_content, created_at)
    VALUES (${reportHtml("Newest words")}, now() + interval '1 minute') RETURNING id`;
  await sleep(PUBLISHED_MS);
  const own = [`/crypto_report/${row.id}`, `/en/crypto_report/${row.id}`];
  const hot = [...SHOWING_NEWEST, ...own];
  expect(await look(hot, "Newest words")).toEqual(everywhere(instances, hot, true));
  expect(await look(["/sitemap.xml"], `/crypto_report/${row.id}<`)).toEqual(
    everywhere(instances, ["/sitemap.xml"], true),
  );

  await generator`UPDATE crypto_report SET html_content = ${reportHtml("Other words")} WHERE id = ${row.id}`;
  await sleep(PUBLISHED_MS);
  expect(await look(hot, "Other words")).toEqual(everywhere(instances, hot, true));
  expect(await look(hot, "Newest words")).toEqual(everywhere(instances, hot, false));

  await generator`DELETE FROM crypto_report WHERE id = ${row.id}`;
  await sleep(PUBLISHED_MS);
  expect(await look(hot, "Other words")).toEqual(everywhere(instances, hot, false));
  expect(await look(["/sitemap.xml"], `/crypto_report/${row.id}<`)).toEqual(
    everywhere(instances, ["/sitemap.xml"], false),
  );
  const answers = await instances.ask(own[0] ?? "", [0]);
  expect(answers.map(({ status }) => status)).toEqual([404]);
}

describe("a row written with plain SQL is what every reader gets within 2 s", () => {
  test("on three servers with one Redis", async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.stop());
    const reports = await createPublishedReports(3);
    onTestFinished(() => reports.drop());
    const site = { databaseUrl: reports.url, env: { REDIS_URL: redis.url } };
    const instances = await startInstances(site, site, site);
    onTestFinished(instances.stop);

    await publishEditDelete(instances, reports.generator);
  });

  test("on two servers without Redis", async () => {
    const reports = await createPublishedReports(3);
    onTestFinished(() => reports.drop());
    const instances = await startInstances({ databaseUrl: reports.url }, { databaseUrl: reports.url });
    onTestFinished(instances.stop);

    await publishEditDelete(instances, reports.generator);
  });

  // On Windows the embedded database listens on a port that nobody else knows.
  test.skipIf(process.platform === "win32")("with the embedded database", async () => {
    const temporary = await mkdtemp(join(tmpdir(), "embedded-"));
    onTestFinished(() => rm(temporary, { recursive: true, force: true }));
    const instances = await startInstances({ env: { TMPDIR: temporary } });
    onTestFinished(instances.stop);
    const socket = (await readdir(temporary)).find((name) => name.startsWith("wsr-"));
    const path = join(temporary, String(socket), ".s.PGSQL.5432");
    const generator = postgres({ path, max: 1, username: "postgres", database: "postgres" });
    onTestFinished(() => generator.end({ timeout: 1 }));

    await publishEditDelete(instances, generator);
  });
});
