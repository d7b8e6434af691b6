/**
 * The directives of a `Cache-Control` field (RFC 9111, section 5.2) that a shared cache acts on. Times are
 * seconds; `undefined` where a directive is absent.
 */
export interface CacheControl {
  readonly noStore: boolean;
  /** With field names too (`no-cache="set-cookie"`): the whole answer is then revalidated, which is always right. */
  readonly noCache: boolean;
  /** With field names too: nothing of the answer is shared then. */
  readonly private: boolean;
  readonly public: boolean;
  readonly mustRevalidate: boolean;
  readonly proxyRevalidate: boolean;
  readonly onlyIfCached: boolean;
  readonly maxAge: number | undefined;
  readonly sMaxage: number | undefined;
  readonly staleWhileRevalidate: number | undefined;
  readonly staleIfError: number | undefined;
  readonly minFresh: number | undefined;
}

/** What a delta too large to count with stands for (RFC 9111, section 1.2.2). */
const LONGEST_S = 2 ** 31;

/** A name, and perhaps a token or a quoted string with commas and escapes of its own, in one line. */
const DIRECTIVE = /([^\s,;="]+)(?:[ \t]*=[ \t]*(?:"((?:[^"\\\n]|\\.)*)"|([^\s,;"]*)))?/g;

/**
 * A field that cannot be read in some part is read as far as it can be, the stricter way: what stands after a
 * quote that nothing closes is taken for directives.
 *
 * @param field its value, or one for each of its lines: nothing that one begins goes on in the next
 */
export function parseCacheControl(field: string | readonly string[] | undefined): CacheControl {
  const text = typeof field === "string" ? field : (field ?? []).join("\n");
  const given = new Map<string, (string | undefined)[]>();
  for (const [, name = "", quoted, token] of text.matchAll(DIRECTIVE)) {
    const argument = quoted?.replaceAll(/\\(.)/g, "$1") ?? token;
    const key = name.toLowerCase();
    given.set(key, [...(given.get(key) ?? []), argument]);
  }
  const has = (name: string) => given.has(name);
  const seconds = (name: string) => smallest(given.get(name));
  return {
    noStore: has("no-store"),
    noCache: has("no-cache"),
    private: has("private"),
    public: has("public"),
    mustRevalidate: has("must-revalidate"),
    proxyRevalidate: has("proxy-revalidate"),
    onlyIfCached: has("only-if-cached"),
    maxAge: seconds("max-age"),
    sMaxage: seconds("s-maxage"),
    staleWhileRevalidate: seconds("stale-while-revalidate"),
    staleIfError: seconds("stale-if-error"),
    minFresh: seconds("min-fresh"),
  };
}

/** Of a repeated directive the smallest; of one that is no number of seconds 0, which is stale at once. */
function smallest(values: readonly (string | undefined)[] | undefined): number | undefined {
  if (values === undefined) return undefined;
  return Math.min(...values.map(secondsOf));
}

function secondsOf(text: string | undefined): number {
  if (text === undefined || !/^\d+$/.test(text)) return 0;
  return Math.min(Number(text), LONGEST_S);
}
