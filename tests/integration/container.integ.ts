// There is no Docker engine to rely on: the Dockerfile's stages are run one after the other in clean folders,
// and what comes out is started as another user, in a folder that cannot be written to.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, readFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SOURCES } from "../../scripts/build-id.mjs";
import { serverArguments } from "../../scripts/server-command.mjs";
import { freePort } from "../../scripts/test/free-port.mjs";
import { readContextFilter, readDockerfile } from "../support/dockerfile";
import { buildImage, type Image, linkTree, listFiles, setWritable } from "../support/image";
import { createPublishedReports, type PublishedReports } from "../support/published-reports";
import { type RunningSite, SiteStartError, startSite } from "../support/server";

/** `nobody`, on Debian; any user but the owner of the files does. */
const NOBODY = { uid: 65_534, gid: 65_534 };
/** Bytes. The base image has 250 MB at most, and the whole is to stay under 400. */
const MAX_BYTES = 100_000_000;

/** A report with one chart: both the sandbox and the worker threads of the pipeline are needed for it. */
const CHARTED = {
  html: '<section id="s"><h2>Charted</h2><div id="mood" class="chart-container"></div></section>',
  script:
    "function initializeAllVisuals_report() { createGauge(document.getElementById('mood'), 62, { min: 0, max: 100 }); }",
};

const isRoot = process.getuid?.() === 0;

let image: Image;
/** Connections that the build opened to what `REDIS_URL` named. */
let connections = 0;
let reports: PublishedReports;
let site: RunningSite;
let before: Awaited<ReturnType<typeof listFiles>>;

beforeAll(async () => {
  const redis = createServer((socket) => {
    connections++;
    socket.destroy();
  }).listen(0, "127.0.0.1");
  await once(redis, "listening");
  const REDIS_URL = `redis://127.0.0.1:${(redis.address() as AddressInfo).port}`;
  image = await buildImage(async (command, { folder }) => {
    // These tests run in what the same command has just made of the same lock file.
    if (command === "npm ci") await linkTree("node_modules", join(folder, "node_modules"));
    else await run(command, folder, { REDIS_URL });
  });
  redis.close();
  // The other user may have no way to the Node of these tests.
  if (isRoot) await copyFile(process.execPath, join(image.root, "node"));
  await setWritable(image.root, false);
  before = await listFiles(image.workdir);
  reports = await createPublishedReports(1);
  await reports.generator`
    INSERT INTO crypto_report (html_content, js_content)
    VALUES (${CHARTED.html}, ${CHARTED.script})`;
  site = await startSite({ databaseUrl: reports.url, ...runOptions() });
}, 480_000);

afterAll(async () => {
  await site?.stop();
  await reports?.drop();
  await image?.remove();
});

async function run(command: string, cwd: string, env: Record<string, string>): Promise<void> {
  const child = spawn("sh", ["-c", command], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const [code] = await once(child, "close");
  expect({ code, output }).toEqual({ code: 0, output });
}

/** As a container would be run; on a free port of this machine alone. */
function runOptions() {
  const [, ...args] = image.command;
  const node = isRoot ? join(image.root, "node") : process.execPath;
  return {
    command: [node, ...args] as const,
    cwd: image.workdir,
    env: { ...image.env, HOST: "127.0.0.1", PORT: "0" },
    ...(isRoot && { user: NOBODY }),
  };
}

/** @returns the exit code of the image's own health check */
async function checkHealth(port: number): Promise<number> {
  const [, ...args] = image.healthcheck;
  const child = spawn(process.execPath, args, {
    cwd: image.workdir,
    env: { NODE_ENV: "production", ...image.env, PORT: String(port) },
    stdio: "ignore",
  });
  const [code] = await once(child, "close");
  return code;
}

describe("the Dockerfile", () => {
  const stages = readDockerfile("Dockerfile");

  test("is built on one exact image of Node", () => {
    const known = new Set(stages.map(({ name }) => name));
    const images = new Set(stages.map(({ base }) => base).filter((base) => !known.has(base)));
    expect([...images]).toEqual([expect.stringMatching(/^node:\d+\.\d+\.\d+-\w+-slim$/)]);
  });

  test("installs packages before it sees the sources, by what the README says", () => {
    const [first] = stages;
    expect(first?.instructions.map(({ name, value }) => `${name} ${value}`)).toEqual([
      "WORKDIR /app",
      "COPY package.json package-lock.json .npmrc ./",
      "RUN npm ci",
    ]);
  });

  test("starts the site as `npm start` does, without a shell, as a user without rights", () => {
    expect(image.command).toEqual(["node", ...serverArguments]);
    expect(image.user).toBe("node");
    expect(image.stopSignal).toBe("SIGTERM");
  });
});

describe("the build context", () => {
  const isIn = readContextFilter(".dockerignore");

  test("has what a build is made of, and what the site reads when it runs", () => {
    expect(
      [...SOURCES, "package.json", ".npmrc", "migrations", "samples"].filter((name) => !isIn(name)),
    ).toEqual([]);
  });

  test("has no secrets, no data and no build of another machine", () => {
    const others = [".build", ".data", ".env", ".env.local", ".git", ".next", "node_modules", "tests"];
    expect(others.filter(isIn)).toEqual([]);
  });
});

describe("the build", () => {
  test("opens no Redis connection, also with REDIS_URL set", async () => {
    expect(connections).toBe(0);
    // What was built has the cache handler, and what the build rendered went through it.
    const manifest = join(image.workdir, ".next/required-server-files.json");
    expect(JSON.parse(await readFile(manifest, "utf8")).config.cacheHandler).toMatch(/cache-handler\.js$/);
  });

  test("leaves no package behind that is for development or for building", async () => {
    const lock = JSON.parse(await readFile("package-lock.json", "utf8")) as {
      packages: Record<string, { dev?: boolean; devOptional?: boolean }>;
    };
    const files = (await listFiles(image.workdir)).map(({ path }) => path.split("\\").join("/"));
    const packages = new Set(
      files.flatMap((path) => /^node_modules\/(@[^/]+\/)?[^/@]+/.exec(path)?.[0] ?? []),
    );
    expect(packages.size).toBeGreaterThan(30);
    const unwanted =
      /^node_modules\/(@next\/swc|@esbuild|esbuild|@img|sharp|typescript|@swc\/core|@vercel\/nft)/;
    expect(
      [...packages].filter((path) => {
        const { dev = false, devOptional = false } = lock.packages[path] ?? {};
        return dev || devOptional || unwanted.test(path);
      }),
    ).toEqual([]);
  });

  test("makes an image of less than 400 MB", async () => {
    const files = await listFiles(image.workdir);
    expect(files.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(MAX_BYTES);
  });
});

describe("the container, as another user with a file system that cannot be written to", () => {
  test.each([
    ["/", /text\/html/],
    ["/en/crypto_reports_list", /text\/html/],
    ["/status", /text\/html/],
    ["/rss.xml", /xml/],
    ["/metrics", /text\/plain/],
    ["/health", /json/],
  ])("serves %s", async (path, type) => {
    const response = await fetch(site.url + path);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(type);
    expect(await response.text()).not.toBe("");
  });

  test("renders a report with its charts, and a picture of it", async () => {
    const page = await fetch(`${site.url}/crypto_report/2`);
    expect(page.status).toBe(200);
    expect(await page.text()).toMatch(/<figure.*Charted.*62/s);
    const picture = await fetch(`${site.url}/crypto_report/2/card.png`);
    expect([picture.status, picture.headers.get("content-type")]).toEqual([200, "image/png"]);
  });

  test("serves scripts as the build has compressed them", async () => {
    const home = await (await fetch(site.url)).text();
    const script = /\/_next\/static\/[\w./-]+\.js/.exec(home)?.[0] ?? "no script";
    const compressed = (await readFile(join(image.workdir, `${script.replace("/_next", ".next")}.br`)))
      .length;
    const response = await fetch(site.url + script, { headers: { "accept-encoding": "br" } });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-encoding")).toBe("br");
    expect(response.headers.get("content-length")).toBe(String(compressed));
  });

  test("is healthy by its own health check, and not where nothing listens", async () => {
    expect(await checkHealth(Number(new URL(site.url).port))).toBe(0);
    expect(await checkHealth(await freePort())).toBe(1);
  });

  test("does not start without a database, and says so in one line", async () => {
    const start = startSite(runOptions());
    await expect(start).rejects.toThrow(SiteStartError);
    await expect(start).rejects.toThrow(/stopped with code 1:\n[^\n]*Cannot start: DATABASE_URL [^\n]*\n$/);
  });

  test("exits with 0 on SIGTERM, and has written nothing", async () => {
    const own = await startSite({ databaseUrl: reports.url, ...runOptions() });
    expect((await fetch(own.url)).status).toBe(200);
    expect(await own.stop()).toBe(0);
    expect(own.output()).not.toMatch(/EACCES|EROFS|EPERM/);
    expect(await listFiles(image.workdir)).toEqual(before);
  });
});
