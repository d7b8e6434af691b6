import { expect, onTestFinished, test, vi } from "vitest";
import { createPublishedReports, reportHtml } from "../support/published-reports";
import { startRedis } from "../support/redis";
import { startInstances } from "../support/site-instances";

vi.setConfig({ testTimeout: 240_000 });

const PATHS = ["/", "/crypto_report", "/crypto_report/1", "/en/crypto_report/2", "/rss.xml", "/sitemap.xml"];
const DEADLINE = { timeout: 60_000, interval: 50 };

/** What each request is to be answered with. */
function served() {
  return { status: 200, body: expect.stringMatching(/./) };
}

test("Redis that is away at the start: the site starts, says so once, and publishes", async () => {
  const redis = await startRedis();
  await redis.kill();
  onTestFinished(() => redis.stop());
  const reports = await createPublishedReports(2);
  onTestFinished(() => reports.drop());
  const { ask, sites, stop } = await startInstances({
    databaseUrl: reports.url,
    env: { REDIS_URL: redis.url },
  });
  onTestFinished(stop);

  for (const path of PATHS) expect(await ask(path, [0, 0, 0])).toEqual(Array(3).fill(served()));
  await reports.generator`UPDATE crypto_report SET html_content = ${reportHtml("New words")} WHERE id = 1`;
  await vi.waitFor(async () => {
    expect((await ask("/crypto_report/1", [0]))[0]?.body).toContain("New words");
  }, DEADLINE);

  expect(sites[0]?.output().match(/Redis cannot be used/g)).toHaveLength(1);
});

test("Redis that goes away and comes back empty: the site serves all the time", async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const reports = await createPublishedReports(2);
  onTestFinished(() => reports.drop());
  const site = { databaseUrl: reports.url, env: { REDIS_URL: redis.url } };
  const { ask, stop } = await startInstances(site, site);
  onTestFinished(stop);
  const askAll = async () => {
    for (const path of PATHS) expect(await ask(path, [0, 1, 0, 1])).toEqual(Array(4).fill(served()));
  };

  await ask("/crypto_report/1", [0, 1]);
  await redis.kill();
  await askAll();
  await redis.restart();
  await askAll();
  redis.pause();
  await askAll();
  redis.resume();
  await askAll();
});

test("a page whose render failed is rendered by another server once the database is back", async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const reports = await createPublishedReports(2);
  onTestFinished(() => reports.drop());
  const site = { databaseUrl: reports.url, env: { REDIS_URL: redis.url } };
  const { ask, renders, stop } = await startInstances(site, site);
  onTestFinished(stop);

  await reports.generator`ALTER TABLE crypto_report RENAME TO crypto_report_away`;
  const failures = [...(await ask("/crypto_report/1", [0])), ...(await ask("/crypto_report/1", [0, 1]))];
  expect(failures.map(({ status }) => status)).toEqual([500, 500, 500]);
  await reports.generator`ALTER TABLE crypto_report_away RENAME TO crypto_report`;

  expect((await ask("/crypto_report/1", [1]))[0]?.status).toBe(200);
  expect(await renders("/vi/crypto_report/1")).toEqual([0, 1]);
});

test("while all is well nothing is logged as a warning or an error, whatever is asked for", async () => {
  const reports = await createPublishedReports(2);
  onTestFinished(() => reports.drop());
  const { ask, sites, stop } = await startInstances({ databaseUrl: reports.url });
  onTestFinished(stop);

  for (const path of [...PATHS, "/crypto_reports_list?page=1", "/status", "/robots.txt"])
    expect(await ask(path, [0, 0])).toEqual(Array(2).fill(served()));
  for (const path of ["/nowhere", "/en/nowhere", "/crypto_report/77", "/crypto_reports_list?page=9"])
    expect(await ask(path, [0])).toMatchObject([{ status: 404 }]);

  expect(sites[0]?.output()).not.toMatch(/"level":"(warn|error)"/);
});
