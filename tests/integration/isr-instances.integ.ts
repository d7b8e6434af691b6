import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { createTieredCache } from "../../lib/cache";
import { createIsrCache, type IsrCache } from "../../lib/isr/isr-cache";
import { createPublishedReports, type PublishedReports, reportHtml } from "../support/published-reports";
import { startRedis, type TestRedis } from "../support/redis";
import { type SiteInstances, startInstances } from "../support/site-instances";

// Three production servers take most of the machine, and more than a minute on a busy one.
vi.setConfig({ testTimeout: 240_000 });

const DEADLINE = { timeout: 60_000, interval: 20 };
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
/** 0, 1, 2, 0, 1, 2, … */
const turns = (count: number) => Array.from({ length: count }, (_, turn) => turn % 3);

let redis: TestRedis;
let reports: PublishedReports;
let instances: SiteInstances;

beforeAll(async () => {
  [redis, reports] = await Promise.all([startRedis(), createPublishedReports(4)]);
  const site = { databaseUrl: reports.url, env: { REDIS_URL: redis.url } };
  instances = await startInstances(site, site, site);
}, 240_000);

afterAll(async () => {
  await instances?.stop();
  await Promise.all([redis?.stop(), reports?.drop()]);
}, 60_000);

/** What `revalidateTag` of Next does, from one more instance. */
async function openRevalidation(): Promise<IsrCache["revalidateTags"]> {
  const cache = createTieredCache({ redis: redis.url });
  onTestFinished(() => cache.close());
  await cache.start();
  const pages = createIsrCache({
    cache,
    namespace: "tests",
    tagsOf: () => [],
    outdatedReadAt: () => Number.NEGATIVE_INFINITY,
  });
  return pages.revalidateTags;
}

describe("three production servers on one Redis", () => {
  test("60 cold requests over the three make 1 render", async () => {
    const { ask, renders } = instances;

    const answers = await ask("/crypto_report/2", turns(60));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(sum(await renders("/vi/crypto_report/2"))).toBe(1);
  });

  test("a 'max' revalidation regenerates exactly once", async () => {
    const { ask, renders } = instances;
    const revalidate = await openRevalidation();
    await ask("/crypto_report/1", [0, 1, 2]);
    expect(sum(await renders("/vi/crypto_report/1"))).toBe(1);

    await revalidate(["report:1"], Number.POSITIVE_INFINITY);
    await vi.waitFor(async () => {
      const answers = await ask("/crypto_report/1", turns(30));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect(sum(await renders("/vi/crypto_report/1"))).toBeGreaterThan(1);
    }, DEADLINE);
    for (let round = 0; round < 5; round++) await ask("/crypto_report/1", turns(30));

    expect(sum(await renders("/vi/crypto_report/1"))).toBe(2);
  });

  test("an expiry is never followed by old content anywhere", async () => {
    const { ask } = instances;
    for (let round = 1; round <= 5; round++) {
      const heading = `Round ${round}`;
      let isPublished = false;
      const seen: string[][] = [[], [], []];
      const readers = turns(6).map(async (index) => {
        const mine: string[] = [];
        for (let after = 0; after < 10; after += isPublished ? 1 : 0) {
          const [answer] = await ask("/crypto_report/3", [index]);
          mine.push(answer?.body.includes(`>${heading}<`) ? "new" : "old");
        }
        seen[index]?.push(mine.join(" "));
      });
      await reports.generator`UPDATE crypto_report SET html_content = ${reportHtml(heading)} WHERE id = 3`;
      await vi.waitFor(async () => {
        const answers = await ask("/crypto_report/3", [0, 1, 2]);
        for (const { body } of answers) expect(body).toContain(`>${heading}<`);
      }, DEADLINE);
      isPublished = true;
      await Promise.all(readers);

      // To each reader: old ones, then new ones, and no old one after a new one.
      for (const history of seen.flat()) expect(history).toMatch(/^(old )*(new ?)+$/);
    }
  });

  test("the number of Redis clients stays constant over 1,000 requests", async () => {
    const { ask } = instances;
    const observer = redis.connect();
    const countClients = async () =>
      String(await observer.client("LIST"))
        .trim()
        .split("\n").length;
    // Commands, the bus and the market of each instance, and this test; clients of other tests are on their way out.
    const expected = 3 * 3 + 1;
    await vi.waitFor(async () => expect(await countClients()).toBe(expected), DEADLINE);

    const paths = ["/crypto_report/1", "/crypto_report/2", "/", "/crypto_reports_list", "/rss.xml"];
    for (let round = 0; round < 10; round++) {
      for (const path of paths) await ask(path, turns(20));
    }

    expect(await countClients()).toBe(expected);
  });
});

test("two deployments on one Redis never share a page", async () => {
  const deployment = (id: string) => ({
    databaseUrl: reports.url,
    env: { REDIS_URL: redis.url, NEXT_DEPLOYMENT_ID: id },
  });
  const { ask, renders, stop } = await startInstances(deployment("blue"), deployment("green"));
  onTestFinished(stop);

  await ask("/crypto_report/1", [0]);
  await ask("/crypto_report/1", [1, 0]);

  // Nor with the three of this build, which have rendered it too.
  expect(await renders("/vi/crypto_report/1")).toEqual([1, 1]);
});
