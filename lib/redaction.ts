import { DATABASE_URL_EXAMPLE, REDIS_URL_EXAMPLE } from "./url-examples";

/** What stands in the place of something that must not be told. */
export const REDACTED = "[redacted]";

/** Secrets this short are masked only as whole words: else a password "a" would mask half of a line. */
const SHORT = 8;
/** Deeper than any record that is logged on purpose; ends cycles. */
const MAX_DEPTH = 6;

/** Not a scheme alone, as in "redis:// or rediss://, e.g.". */
const CONNECTION_STRING = /\b(?:postgres(?:ql)?|rediss?):\/\/(?!,)[^\s"'`<>\\]+/gi;
/** Whole: what only begins like one may be anybody's. */
const EXAMPLE = new RegExp(`(?<!\\S)(${DATABASE_URL_EXAMPLE}|${REDIS_URL_EXAMPLE})(?=[,:;]?(?:\\s|$))`);
const URL_CREDENTIALS = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'`<>\\]*@/gi;
const AUTHORIZATION = /\b(Bearer|Basic)\s+[\w.~+/=-]+/gi;
const SECRET_NAME = /pass(?:word|wd|phrase)|secret|token|authorization|cookie|credential/i;

/** Masks in texts and in whatever a log record holds. */
export interface Redactor {
  text(text: string): string;
  /** A copy that JSON can hold; errors become plain objects. */
  value(value: unknown): unknown;
}

/**
 * Masks connection strings, credentials in URLs and in authorization headers, fields that are named
 * like secrets, and `secrets` themselves wherever they stand.
 */
export function createRedactor(secrets: readonly string[] = []): Redactor {
  const known = secretPattern(secrets);

  /** Every other part is an example. */
  const text = (source: string): string =>
    source
      .split(EXAMPLE)
      .map((part, index) => (index % 2 === 1 ? part : mask(part)))
      .join("");

  function mask(source: string): string {
    const masked = source
      .replace(CONNECTION_STRING, REDACTED)
      .replace(URL_CREDENTIALS, `$1${REDACTED}@`)
      .replace(AUTHORIZATION, `$1 ${REDACTED}`);
    return known === null ? masked : masked.replace(known, REDACTED);
  }

  function value(source: unknown, depth = 0): unknown {
    if (typeof source === "string") return text(source);
    if (typeof source === "bigint" || typeof source === "symbol" || typeof source === "function") {
      return text(String(source));
    }
    if (typeof source !== "object" || source === null) return source;
    if (depth >= MAX_DEPTH) return "[…]";
    if (source instanceof Error) return error(source, depth);
    if (source instanceof Date) return Number.isNaN(source.getTime()) ? null : source.toISOString();
    if (ArrayBuffer.isView(source)) return `[${source.byteLength} bytes]`;
    if (Array.isArray(source)) return source.map((item) => value(item, depth + 1));
    return Object.fromEntries(
      Object.entries(source).map(([name, item]) => [
        text(name),
        SECRET_NAME.test(name) ? REDACTED : value(item, depth + 1),
      ]),
    );
  }

  /** Of the fields that libraries put on errors only the code is kept: others hold queries and parameters. */
  function error(source: Error, depth: number): object {
    const { name, message, stack, cause } = source;
    const code = "code" in source && typeof source.code === "string" ? source.code : undefined;
    return {
      type: name,
      ...(code !== undefined && { code: text(code) }),
      message: text(message),
      ...(stack !== undefined && { stack: text(stack) }),
      ...(source instanceof AggregateError && { errors: value(source.errors, depth + 1) }),
      ...(cause !== undefined && { cause: value(cause, depth + 1) }),
    };
  }

  return { text, value: (source) => value(source) };
}

/** The secrets in a connection string: the whole, and its password as it is written and as it is meant. */
export function secretsOf(connectionString: string | undefined): string[] {
  if (connectionString === undefined) return [];
  if (!URL.canParse(connectionString)) return [connectionString];
  const { password, searchParams } = new URL(connectionString);
  const inQuery = searchParams.get("password") ?? "";
  return [connectionString, password, decode(password), inQuery].filter((secret) => secret !== "");
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function secretPattern(secrets: readonly string[]): RegExp | null {
  const forms = new Set(secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]));
  forms.delete("");
  if (forms.size === 0) return null;
  // The longest first: a secret may begin with another.
  const alternatives = [...forms].sort((one, two) => two.length - one.length).map(asPattern);
  return new RegExp(alternatives.join("|"), "gu");
}

function asPattern(secret: string): string {
  const literal = secret.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return secret.length < SHORT ? `(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])` : literal;
}
