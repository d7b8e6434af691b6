import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Answer } from "../exchange";
import type { Validity } from "./cached-page";
import type { Fields } from "./fields";

/** What of a request decides about its answer. Without a remote address the process asks itself. */
export type CacheRequest = Pick<IncomingMessage, "method" | "url" | "headers"> & {
  readonly socket: Pick<Socket, "remoteAddress">;
};

export interface PageCacheOptions {
  /** All that is kept, in all codings. Default 128 MiB. */
  readonly maxBytes?: number;
  /**
   * The target that stands for all those that mean the same, without what does not matter. It is the key, and
   * what the handler is asked for, so that no answer can depend on what was left out. Default: unchanged.
   */
  readonly canonicalTarget?: (target: string) => string;
  /** The one host that all are asked for. Default: that of each request, kept apart. */
  readonly host?: string | undefined;
  /**
   * Names of the request fields that the handler gets when its answer is for all. Default: all but those that
   * the cache itself answers to.
   */
  readonly forwardedFields?: readonly string[] | undefined;
  /**
   * A field reduced to what makes a difference, also for the handler; undefined where it makes none. Default: its
   * white space is.
   */
  readonly varyValue?: (
    name: string,
    value: string | undefined,
    headers: IncomingHttpHeaders,
  ) => string | undefined;
  /** Tags of what the answer at a target is made of. Default: none. */
  readonly tagsOf?: (target: string) => readonly string[];
  /** Default: nothing changes. */
  readonly validity?: Validity;
  /**
   * The fields that visitors get, given those of the handler. `body` is null where the whole is not known.
   * Default: the same.
   */
  readonly finish?: (status: number, fields: Fields, body: Buffer | null) => Fields;
  /** Fields of this one exchange. */
  readonly exchangeFields?: (request: CacheRequest) => Fields;
  /**
   * Resolves, when the handler may be asked, to what is called afterwards; rejects when it may not, with a
   * `RateLimitedError` when only this visitor may not have it asked.
   */
  readonly admit?: (request: CacheRequest) => Promise<() => void>;
  /**
   * The answer in place of one that is not to be had: the handler failed, or was not to be asked. Default: empty,
   * 504 where there was none in time or in the cache, else 502.
   */
  readonly refusal?: (error: unknown, request: CacheRequest) => Answer;
  /**
   * Whether a visitor may demand a new answer (`Cache-Control: no-cache`, `max-age`, `Pragma`). Default true, as
   * in RFC 9111; false where invalidation keeps answers right, and a reload shall cost nothing.
   */
  readonly obeysVisitors?: boolean;
  /**
   * Whether the handler joins requests for the same by itself, as Next does: then one that comes after an invalidation is
   * not put to it before those from before have been answered, or it would get their answer. Default false.
   */
  readonly handlerCoalesces?: boolean;
  /** For answers that do not say how long they may stand in for an error. Default 1 day. */
  readonly staleIfErrorMs?: number;
  /** The longest life of a 404 or 410. Default 10 s. */
  readonly negativeMs?: number;
  /** How long a visitor waits for a new answer when there is an old one. Default 1.7 s. */
  readonly patienceMs?: number;
  /** The longest a handler may take. Default 30 s. */
  readonly handlerLimitMs?: number;
  /** The largest body that is collected. Default an eighth of `maxBytes`. */
  readonly maxAnswerBytes?: number;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

export type Settings = Required<PageCacheOptions>;

const MIB = 1024 * 1024;
const HOUR_MS = 3_600_000;

/** Codes of what means that there was no answer, as opposed to a bad one. */
const WITHOUT_ANSWER: ReadonlySet<unknown> = new Set(["E_NOT_CACHED", "E_HANDLER_TIMEOUT"]);

export function settingsOf(options: PageCacheOptions): Settings {
  const maxBytes = options.maxBytes ?? 128 * MIB;
  return {
    canonicalTarget: (target) => target,
    host: undefined,
    forwardedFields: undefined,
    varyValue: (_name, value) => value?.replaceAll(/\s+/g, " ").trim(),
    tagsOf: () => [],
    validity: { stamp: () => undefined, judge: () => "valid" },
    finish: (_status, fields) => fields,
    exchangeFields: () => [],
    admit: async () => () => {},
    refusal: (error) => ({
      status: WITHOUT_ANSWER.has((error as { code?: unknown }).code) ? 504 : 502,
      fields: ["cache-control", "no-store"],
      body: Buffer.alloc(0),
    }),
    obeysVisitors: true,
    handlerCoalesces: false,
    staleIfErrorMs: 24 * HOUR_MS,
    negativeMs: 10_000,
    patienceMs: 1_700,
    handlerLimitMs: 30_000,
    now: () => performance.now(),
    ...options,
    maxBytes,
    maxAnswerBytes: options.maxAnswerBytes ?? Math.floor(maxBytes / 8),
  };
}
