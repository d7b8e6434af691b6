import { spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { checkSteps } from "../../scripts/test/check-steps.mjs";
import { findChromium } from "../../scripts/test/chromium.mjs";
import { runCommand } from "../../scripts/test/command.mjs";
import { findPostgres } from "../../scripts/test/postgres.mjs";
import { startCluster } from "../../scripts/test/postgres-cluster.mjs";
import { findRedis } from "../../scripts/test/redis.mjs";
import { startRedisServer } from "../../scripts/test/redis-server.mjs";
import { countPlaywright, countVitest, readCount, summaryLine, total } from "../../scripts/test/results.mjs";
import { createTestDatabase } from "../support/database";
import { startSite } from "../support/server";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "test-tools-"));
  // Postgres, which runs as another user when we are root, must get through.
  chmodSync(root, 0o755);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

/** Writes a shell script and returns its path. */
function program(path: string, ...lines: string[]): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, ["#!/bin/sh", ...lines, ""].join("\n"), { mode: 0o755 });
  return file;
}

describe("counting", () => {
  type Count = ReturnType<typeof countVitest>;
  const count = (passed: number, failed: readonly string[], skipped: number): Count => ({
    passed,
    failed,
    skipped,
  });
  const report = { numPassedTests: 3, numPendingTests: 1, numTodoTests: 1 };
  const passing = { status: "passed", fullName: "works", failureMessages: [] };
  const failing = {
    status: "failed",
    fullName: "breaks",
    failureMessages: ["\u001b[31mexpected 1\u001b[0m"],
  };
  const passedFile = { name: "/a.ts", status: "passed", assertionResults: [passing] };
  const failedFile = { name: "/b.ts", status: "failed", assertionResults: [passing, failing] };
  const brokenFile = { name: "/c.ts", status: "failed", message: "cannot load", assertionResults: [] };

  test("Vitest's pending and todo tests are skipped ones, and a failed one has its file and message", () => {
    expect(countVitest({ ...report, testResults: [passedFile, failedFile] })).toEqual({
      passed: 3,
      failed: ["/b.ts: breaks\n  expected 1"],
      skipped: 2,
    });
  });

  test("a Vitest file that could not be loaded is one failed test", () => {
    const { failed: texts } = countVitest({ ...report, testResults: [failedFile, brokenFile, brokenFile] });
    expect(texts.slice(1)).toEqual(Array(2).fill("/c.ts\n  cannot load"));
  });

  test("a flaky Playwright test failed, wherever it stands", () => {
    const spec = (title: string, status: string) => ({
      file: "a.e2e.ts",
      line: 7,
      title,
      tests: [{ status, results: [{}, { error: { message: "too late" } }] }],
    });
    const inner = { specs: [spec("blinks", "flaky"), spec("works", "expected")] };
    const suites = [{ specs: [spec("breaks", "unexpected")], suites: [inner] }];
    expect(countPlaywright({ stats: { expected: 4, skipped: 3 }, suites })).toEqual({
      passed: 4,
      failed: ["a.e2e.ts:7: breaks\n  too late", "a.e2e.ts:7: blinks\n  too late"],
      skipped: 3,
    });
  });

  test("a long message is cut", () => {
    const long = { ...failing, failureMessages: [Array(100).fill("line").join("\n")] };
    const file = { ...failedFile, assertionResults: [long] };
    expect(countVitest({ ...report, testResults: [file] }).failed[0]?.split("\n")).toHaveLength(13);
  });

  describe("of a report file", () => {
    const read = (count: Count, succeeded: boolean) => {
      const file = join(root, "report.json");
      writeFileSync(file, JSON.stringify(count));
      return readCount(file, succeeded, (found: Count) => found);
    };

    test("is taken as it is when the runner agrees", () => {
      const [green, red] = [count(2, [], 1), count(2, ["a", "b"], 0)];
      expect(read(green, true)).toEqual(green);
      expect(read(red, false)).toEqual(red);
    });

    test("has one failure when the runner failed without a failed test", () => {
      expect(read(count(2, [], 0), false).failed).toEqual([expect.stringContaining("runner failed")]);
    });

    test("has one failure when nothing ran", () => {
      expect(read(count(0, [], 5), true).failed).toEqual(["No test ran"]);
    });

    test("has one failure when there is no report", () => {
      const { passed, failed: texts } = readCount(join(root, "none.json"), true, countVitest);
      expect([passed, texts]).toEqual([0, [expect.stringContaining("no report")]]);
    });
  });

  test("skipped tests fail where they must not be skipped, and are left out elsewhere", () => {
    const counts = [count(1, [], 2), count(4, ["a"], 0)];
    expect(summaryLine(total(counts, { skippedFail: true }))).toBe("5 passed, 3 failed");
    expect(summaryLine(total(counts, { skippedFail: false }))).toBe("5 passed, 1 failed");
  });
});

describe("the steps of the check", () => {
  test("are those of package.json without the unit tests", () => {
    const file = join(root, "package.json");
    const check = "biome check . && npm run types && knip && vitest run --project unit";
    writeFileSync(file, JSON.stringify({ scripts: { check, types: "tsc --noEmit" } }));
    expect(checkSteps(file)).toEqual(["biome check .", "npm run types", "knip"]);
  });

  test("leave out the unit tests also as a script of their own", () => {
    const file = join(root, "package.json");
    const scripts = { check: "knip && npm run test:unit", "test:unit": "vitest run --project unit" };
    writeFileSync(file, JSON.stringify({ scripts }));
    expect(checkSteps(file)).toEqual(["knip"]);
  });

  test("must exist", () => {
    const file = join(root, "package.json");
    writeFileSync(file, "{}");
    expect(() => checkSteps(file)).toThrow("no script named check");
  });
});

describe("running a command", () => {
  const options = () => ({ env: process.env, signal: new AbortController().signal, limitMs: 60_000 });

  /** A port, and the first process to connect to it: the connection ends with that process. */
  async function lifeline() {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const connected = once(server, "connection").then(([socket]) => socket as Socket);
    const { port } = server.address() as AddressInfo;
    const script = `require("net").connect(${port}, "127.0.0.1"); process.on("SIGINT", () => {})`;
    return { server, connected, process: `'${process.execPath}' -e '${script}'` };
  }

  test.each([
    ["exit 0", true],
    ["exit 3", false],
    ["kill -9 $$", false],
  ])("%s succeeds: %s", async (line, succeeded) => {
    expect(await runCommand(line, options())).toBe(succeeded);
  });

  test("a program gets its arguments unchanged", async () => {
    const args = ["-e", "process.exit(process.argv[1] === 'a  $b' ? 0 : 1)", "a  $b"];
    expect(await runCommand([process.execPath, ...args], options())).toBe(true);
  });

  test("an interruption reaches what the command started", async () => {
    const { server, connected, process: child } = await lifeline();
    const interruption = new AbortController();
    const finished = runCommand(`${child} & wait`, { ...options(), signal: interruption.signal });
    const socket = await connected;
    interruption.abort();
    await Promise.all([once(socket.resume(), "close"), finished]);
    expect(await finished).toBe(false);
    server.close();
  });

  test("the time limit ends it", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    expect(await runCommand("exec sleep 600", { ...options(), limitMs: 1 })).toBe(false);
    expect(log).toHaveBeenCalledWith(expect.stringContaining("Stopped after"));
    log.mockRestore();
  });

  test("nothing starts after an interruption", async () => {
    const file = join(root, "started");
    expect(await runCommand(`touch '${file}'`, { ...options(), signal: AbortSignal.abort() })).toBe(false);
    expect(existsSync(file)).toBe(false);
  });
});

describe("finding Chromium", () => {
  test("CHROMIUM_PATH comes first", () => {
    const path = program("mine", "echo Mine 1");
    program("bin/chromium", "echo Installed 2");
    expect(findChromium({ CHROMIUM_PATH: path, PATH: join(root, "bin") })).toEqual({
      path,
      version: "Mine 1",
    });
  });

  test("a CHROMIUM_PATH that does not exist is an error, whatever else is installed", () => {
    program("bin/chromium", "echo Installed 2");
    const env = { CHROMIUM_PATH: join(root, "none"), PATH: join(root, "bin") };
    expect(() => findChromium(env)).toThrow(/^CHROMIUM_PATH is .*none, which does not exist$/);
  });

  test("a CHROMIUM_PATH that does not run is an error", () => {
    const path = program("broken", "exit 1");
    expect(() => findChromium({ CHROMIUM_PATH: path })).toThrow("which does not start");
  });

  test("one that does not run, like a package that only points elsewhere, is passed over", () => {
    program("bin/chromium", "echo install the snap; exit 1");
    const path = program("bin/google-chrome", "echo Chrome 3");
    expect(findChromium({ PATH: join(root, "bin") })).toEqual({ path, version: "Chrome 3" });
  });
});

describe("finding Postgres", () => {
  test("PATH comes before the usual directories", () => {
    for (const bin of ["path", "usual"]) {
      program(`${bin}/initdb`, "true");
      program(`${bin}/postgres`, `echo ${bin} 17`);
    }
    const env = { PATH: ["", join(root, "none"), join(root, "path")].join(delimiter) };
    expect(findPostgres(env, [join(root, "usual")])).toEqual({ bin: join(root, "path"), version: "path 17" });
  });

  test("a directory with only the server, or one that does not run, is passed over", () => {
    program("a/postgres", "echo a 17");
    program("b/initdb", "true");
    program("b/postgres", "exit 1");
    program("c/initdb", "true");
    program("c/postgres", "echo c 17");
    const directories = ["a", "b", "c"].map((name) => join(root, name));
    expect(findPostgres({}, directories)).toEqual({ bin: join(root, "c"), version: "c 17" });
  });

  test("none is none", () => {
    expect(findPostgres({ PATH: root }, [])).toBeUndefined();
  });
});

describe("finding Redis", () => {
  const VERSION = "echo Redis server v=7.0.15 sha=00000000:0 malloc=libc bits=64";

  test("the one in REDIS_SERVER_PATH comes first, then PATH, then the usual places", () => {
    const [explicit, onPath, usual] = ["explicit", "path", "usual"].map((name) =>
      program(`${name}/redis-server`, VERSION),
    );
    const path = { PATH: join(root, "path") };
    const directories = [join(root, "usual")];
    expect(findRedis({ ...path, REDIS_SERVER_PATH: explicit }, directories)?.path).toBe(explicit);
    expect(findRedis(path, directories)).toEqual({ path: onPath, version: "Redis 7.0.15" });
    expect(findRedis({}, directories)?.path).toBe(usual);
  });

  test("one in REDIS_SERVER_PATH that does not run is an error", () => {
    const broken = program("broken", "exit 1");
    expect(() => findRedis({ REDIS_SERVER_PATH: broken })).toThrow(/does not run/);
  });

  test("none is none", () => {
    expect(findRedis({ PATH: root }, [])).toBeUndefined();
  });

  test("a server that does not start says why, and leaves nothing behind", async () => {
    mkdirSync(join(root, "tmp"));
    vi.stubEnv("TMPDIR", join(root, "tmp"));
    const broken = program("broken", "echo bad directive; exit 1");
    await expect(startRedisServer(broken)).rejects.toThrow(/bad directive/);
    expect(readdirSync(join(root, "tmp"))).toEqual([]);
  });
});

describe("the throw-away cluster", () => {
  const temporary = () => readdirSync(join(root, "tmp"));

  beforeEach(() => {
    mkdirSync(join(root, "tmp"));
    vi.stubEnv("TMPDIR", join(root, "tmp"));
  });

  test("tries another port when the first was taken, and leaves nothing behind", async () => {
    program("bin/initdb", "true");
    program(
      "bin/postgres",
      "if mkdir tried; then echo could not bind >&2; exit 1; fi",
      "echo LOG: database system is ready to accept connections >&2",
      "exec sleep 600",
    );
    const cluster = await startCluster(join(root, "bin"));
    expect(cluster.url).toMatch(/^postgres:\/\/postgres@127\.0\.0\.1:\d+\/postgres$/);
    expect(temporary()).toHaveLength(1);
    await cluster.stop();
    expect(temporary()).toEqual([]);
  });

  test("that was halted comes back on the same port", async () => {
    program("bin/initdb", "true");
    program(
      "bin/postgres",
      'if [ "$1" = --version ]; then exit 0; fi',
      'echo "$4" >> ports',
      "echo LOG: database system is ready to accept connections >&2",
      "exec sleep 600",
    );
    const cluster = await startCluster(join(root, "bin"));
    await cluster.halt();
    await cluster.restart();
    const [directory = ""] = temporary();
    const { port } = new URL(cluster.url);
    expect(readFileSync(join(root, "tmp", directory, "ports"), "utf8")).toBe(`${port}\n${port}\n`);
    await cluster.stop();
    expect(temporary()).toEqual([]);
  });

  test.each([
    ["initdb", "initdb failed: no locale"],
    ["postgres", "postgres did not start:\nno locale"],
  ])("shows what a failing %s printed, and leaves nothing behind", async (broken, message) => {
    program("bin/initdb", "true");
    program("bin/postgres", "true");
    program(`bin/${broken}`, 'if [ "$1" = --version ]; then exit 0; fi', "echo no locale >&2; exit 1");
    await expect(startCluster(join(root, "bin"))).rejects.toThrow(message);
    expect(temporary()).toEqual([]);
  });
});

test("a test database needs the test runner's server", async () => {
  vi.stubEnv("TEST_POSTGRES_URL", "");
  await expect(createTestDatabase()).rejects.toThrow("TEST_POSTGRES_URL is not set");
});

describe("starting the site", () => {
  const node = (script: string): [string, ...string[]] => [process.execPath, "-e", script];
  const forever = "setInterval(() => {}, 1000);";
  const ready = `${forever} console.log("The site is ready at http://localhost:4007");`;

  test("waits for the line with its address", async () => {
    const script = `${forever} console.log("starting"); process.stdout.write("at http://localhost:40");
      process.stdin; setImmediate(() => console.log("07 now"));`;
    const site = await startSite({ command: node(script) });
    expect(site.url).toBe("http://localhost:4007");
    expect(site.output()).toContain("starting");
    await site.stop();
  });

  test("gives it a port of its own, a data directory of its own and only the settings of the test", async () => {
    vi.stubEnv("DATABASE_URL", "postgres://developer/db");
    vi.stubEnv("SITE_URL", "https://developer.example");
    const names = ["PORT", "HOST", "NODE_ENV", "DATABASE_URL", "SITE_URL", "DATA_DIR", "DEBUG"];
    const script = `console.log(JSON.stringify(${JSON.stringify(names)}.map((n) => process.env[n]))); ${ready}`;
    const site = await startSite({ command: node(script), env: { DEBUG: "1" } });
    const values = JSON.parse(site.output().split("\n")[0] ?? "");
    expect(values).toEqual(["0", "127.0.0.1", "production", "", "", expect.any(String), "1"]);
    const dataDirectory = values[5];
    expect(existsSync(dataDirectory)).toBe(true);
    await site.stop();
    expect(existsSync(dataDirectory)).toBe(false);
  });

  test("passes the test's database", async () => {
    const script = `console.log(process.env.DATABASE_URL); ${ready}`;
    const site = await startSite({ command: node(script), databaseUrl: "postgres://127.0.0.1:1/test" });
    expect(site.output()).toMatch(/^postgres:\/\/127\.0\.0\.1:1\/test\n/);
    await site.stop();
  });

  test("stop lets it finish", async () => {
    const script = `process.on("SIGTERM", () => { console.log("drained"); process.exit(); }); ${ready}`;
    const site = await startSite({ command: node(script) });
    await site.stop();
    await site.stop();
    expect(site.output()).toContain("drained");
  });

  test("an exit before it is ready is an error with what it printed", async () => {
    const script = `console.error("PORT must be a number"); process.exit(2)`;
    const start = startSite({ command: node(script) });
    await expect(start).rejects.toMatchObject({
      code: "SITE_START_FAILED",
      message: "The site stopped with code 2:\nPORT must be a number\n",
    });
  });

  test("one that is not ready in time is an error with what it printed", async () => {
    const start = startSite({ command: node(`console.log("opening"); ${forever}`), startLimitMs: 500 });
    await expect(start).rejects.toThrow(/^The site was not ready after 500 ms:\n/);
  });

  test("a program that does not exist is an error", async () => {
    const start = startSite({ command: [join(root, "none")] });
    await expect(start).rejects.toThrow("could not be started");
  });
});

describe("the last line", () => {
  const lastLine = (output: string) => output.trimEnd().split("\n").at(-1);

  test("of an unknown phase says that something failed", () => {
    const result = spawnSync(process.execPath, ["scripts/test.mjs", "smoke"], { encoding: "utf8" });
    expect(result.stdout).toContain("unknown phase smoke");
    expect([lastLine(result.stdout), result.status]).toEqual(["0 passed, 1 failed", 1]);
  });

  /** Runs `.ci/run` with an npm of our own. */
  function ci(install: string, run: string) {
    program("npm", 'case "$1" in', `ci) ${install};;`, `test) ${run};;`, "esac");
    const env = { ...process.env, PATH: [root, process.env.PATH].join(delimiter) };
    const { stdout, status } = spawnSync("bash", [".ci/run"], { encoding: "utf8", env });
    return { stdout, result: [lastLine(stdout), status] };
  }

  test.each([
    ["passed", "echo 5 passed, 0 failed", "5 passed, 0 failed", 0],
    ["failed", "echo 3 passed, 2 failed; exit 1", "3 passed, 2 failed", 1],
    [
      "failed, with npm's remark after it",
      "echo 3 passed, 2 failed; echo npm >&2; exit 1",
      "3 passed, 2 failed",
      1,
    ],
    ["broke without a count", "exit 7", "0 passed, 1 failed", 1],
    ["ended without a count", "true", "0 passed, 1 failed", 1],
    ["broke after a count without failures", "echo 2 passed, 0 failed; exit 9", "0 passed, 1 failed", 1],
    ["printed another line like it", "echo 12 passed, 0 failed of 12; exit 1", "0 passed, 1 failed", 1],
  ])("in CI, where the tests %s", (_, run, line, status) => {
    expect(ci("true", run).result).toEqual([line, status]);
  });

  test("in CI, where the installation failed, and no tests run", () => {
    const { stdout, result } = ci("exit 1", "echo ran; echo 1 passed, 0 failed");
    expect(result).toEqual(["0 passed, 1 failed", 1]);
    expect(stdout).not.toContain("ran");
  });

  test("in CI is printed once", () => {
    expect(ci("true", "echo 5 passed, 0 failed").stdout).toBe("5 passed, 0 failed\n");
  });

  test("in CI comes from a run in the repository root with CI set", () => {
    const { stdout } = ci("true", 'echo "$CI" "$PWD"; echo 1 passed, 0 failed');
    expect(stdout.split("\n")[0]).toBe(`true ${process.cwd()}`);
  });
});
