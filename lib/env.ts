import * as z from "zod";
import { DatabaseRequiredError, EmbeddedConcurrencyError, InvalidEnvironmentError } from "./errors";
import { parseTrustedProxies, TRUSTED_PROXIES_EXAMPLE, type TrustedProxies } from "./trusted-proxies";
import { DATABASE_URL_EXAMPLE, REDIS_URL_EXAMPLE } from "./url-examples";

/**
 * The environment, read and checked once. This is the only file that touches `process.env`
 * (a lint rule keeps it so); everything else receives an `Environment`.
 */
const text = z.string().trim();

const integer = (min: number, max: number, example: string) =>
  text
    .regex(/^\d+$/, `must be a whole number, e.g. ${example}`)
    .transform(Number)
    .refine((n) => n >= min && n <= max, `must be between ${min} and ${max}, e.g. ${example}`);

const url = (protocols: readonly string[], example: string) =>
  text.refine(
    (value) => URL.canParse(value) && protocols.includes(new URL(value).protocol),
    startsWith(protocols, example),
  );

/** Also what the clients would only throw on later, in words that name no variable or the wrong one. */
const connectionUrl = (protocols: readonly string[], example: string) =>
  text
    .refine((value) => protocols.some((protocol) => value.toLowerCase().startsWith(`${protocol}//`)), {
      error: startsWith(protocols, example),
      abort: true,
    })
    .refine(
      isReadableUrl,
      `must have a number as its port and a password that is percent-encoded (%23 for #, %25 for %, %2F for /, %3F for ?), e.g. ${example}`,
    );

function startsWith(protocols: readonly string[], example: string): string {
  return `must be a URL that starts with ${protocols.map((p) => `${p}//`).join(" or ")}, e.g. ${example}`;
}

function isReadableUrl(value: string): boolean {
  try {
    const { username, password, pathname } = new URL(value);
    for (const part of [username, password, pathname]) decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

/** The client would take a number from any text, and end the process when it is none. */
function namesRedisDatabase(value: string): boolean {
  if (!isReadableUrl(value)) return true;
  const { pathname, searchParams } = new URL(value);
  return /^\/?\d*$/.test(pathname) && /^\d*$/.test(searchParams.get("db") ?? "");
}

const flag = text
  .pipe(z.enum(["0", "1"], { error: "must be 1 (on) or 0 (off), e.g. 1" }))
  .transform((value) => value === "1");

const trustedProxies = text.transform((value, context): TrustedProxies => {
  const proxies = parseTrustedProxies(value);
  if (proxies !== null) return proxies;
  context.addIssue(`must be ${TRUSTED_PROXIES_EXAMPLE}`);
  return z.NEVER;
});

const schema = z.object({
  DATABASE_URL: connectionUrl(["postgres:", "postgresql:"], DATABASE_URL_EXAMPLE).optional(),
  REDIS_URL: connectionUrl(["redis:", "rediss:"], REDIS_URL_EXAMPLE)
    .refine(
      namesRedisDatabase,
      `must end in the number of a database, as in /1, or in none, e.g. ${REDIS_URL_EXAMPLE}`,
    )
    .optional(),
  AUTO_UPDATE_SECRET_KEY: text
    .min(16, "must have at least 16 characters, e.g. the output of: openssl rand -hex 16")
    .optional(),
  HOST: text.default("0.0.0.0"),
  PORT: integer(0, 65535, "8000").default(8000),
  SITE_URL: url(["http:", "https:"], "https://reports.example.com")
    .refine(
      (value) => !URL.canParse(value) || new URL(value).pathname === "/",
      "must be an origin without a path, e.g. https://reports.example.com",
    )
    .transform((value) => new URL(value).origin)
    .optional(),
  WEB_CONCURRENCY: integer(1, 256, "2").default(1),
  DATABASE_POOL_MAX: integer(1, 1000, "32").default(32),
  DATA_DIR: text.default(".data"),
  EMBEDDED: flag.default(true),
  TRUSTED_PROXIES: trustedProxies.default({ hops: 0, networks: null }),
  MAX_RENDERS: integer(1, 1000, "8").default(8),
  PAGE_CACHE_MB: integer(1, 65_536, "128").default(128),
  NEXT_DEPLOYMENT_ID: text.optional(),
  DEBUG: flag.default(false),
  NODE_ENV: text.optional(),
  MARKET_STALE_SECONDS: integer(1, 86_400, "60").default(60),
});

export interface Environment {
  /** Processes that serve; 1 in development, whatever is set. More than 1 have a `databaseUrl`. */
  readonly workers: number;
  /** Absent: the embedded Postgres in `dataDirectory`, filled with sample reports. */
  readonly databaseUrl: string | undefined;
  /** Connections in the Postgres pool, all workers together. */
  readonly databasePoolMax: number;
  /** Where the embedded database keeps its files, relative to the working directory. */
  readonly dataDirectory: string;
  readonly host: string;
  /** 0 lets the operating system choose. */
  readonly port: number;
  /** Public origin for canonical links, feeds and sitemap, without a trailing slash. */
  readonly siteUrl: string;
  /** Absent: the cache is memory alone, and the market is simulated. */
  readonly redisUrl: string | undefined;
  /** Bearer secret of the admin endpoints; absent: they answer 403. */
  readonly adminSecret: string | undefined;
  /** Reverse proxies in front of the site, whose word in X-Forwarded-For and -Proto is taken. */
  readonly trustedProxies: TrustedProxies;
  /** Pages that one process renders at once; others wait, and are turned away when too many do. */
  readonly maxRenders: number;
  /** What one process keeps of pages as bytes, in all codings. */
  readonly pageCacheBytes: number;
  /** Instances with the same one share rendered pages. Absent: those of the same build do. */
  readonly deploymentId: string | undefined;
  readonly debug: boolean;
  /** `next dev` */
  readonly development: boolean;
  /** Older market data are marked as stale. */
  readonly marketStaleSeconds: number;
}

/**
 * @throws InvalidEnvironmentError naming every variable that does not parse, what is wrong with it
 * and an example. The value itself is not repeated: it may hold a password.
 * @throws DatabaseRequiredError when there is no database, and the embedded one is switched off
 * @throws EmbeddedConcurrencyError when several workers would need the embedded database
 */
export function readEnvironment(source: Readonly<Record<string, string | undefined>>): Environment {
  const given = Object.fromEntries(
    Object.entries(source).filter(([, value]) => value !== undefined && value.trim() !== ""),
  );
  const result = schema.safeParse(given);
  if (!result.success) {
    throw new InvalidEnvironmentError(
      result.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`),
    );
  }
  const env = result.data;
  const development = env.NODE_ENV === "development";
  const workers = development ? 1 : env.WEB_CONCURRENCY;
  if (!env.EMBEDDED && env.DATABASE_URL === undefined) throw new DatabaseRequiredError();
  if (workers > 1 && env.DATABASE_URL === undefined) throw new EmbeddedConcurrencyError(workers);
  return {
    workers,
    databaseUrl: env.DATABASE_URL,
    databasePoolMax: env.DATABASE_POOL_MAX,
    dataDirectory: env.DATA_DIR,
    host: env.HOST,
    port: env.PORT,
    siteUrl: env.SITE_URL ?? `http://localhost:${env.PORT}`,
    redisUrl: env.REDIS_URL,
    adminSecret: env.AUTO_UPDATE_SECRET_KEY,
    trustedProxies: env.TRUSTED_PROXIES,
    maxRenders: env.MAX_RENDERS,
    pageCacheBytes: env.PAGE_CACHE_MB * 1024 * 1024,
    deploymentId: env.NEXT_DEPLOYMENT_ID,
    debug: env.DEBUG,
    development,
    marketStaleSeconds: env.MARKET_STALE_SECONDS,
  };
}

/** What this process was started with. Read at run time: nothing of it is baked into a build. */
export function environment(): Environment {
  return readEnvironment(process.env);
}

/**
 * Gives Next the configuration that the build has worked out, so that it does not read next.config.mjs: a
 * container has none, and elsewhere it would load the tools of the build.
 *
 * @param config the one in `.next/required-server-files.json`
 */
export function giveNextItsConfig(config: unknown): void {
  process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(config);
}
