import { RateLimitedError } from "../errors";
import type { TrustedProxies } from "../trusted-proxies";
import { type Admission, createAdmission } from "./admission";
import { clientAddress, networkOf } from "./client-address";
import { watchEventLoopLag } from "./event-loop-lag";
import type { CacheRequest } from "./page-cache/options";
import { createRateLimiter } from "./rate-limiter";

export interface RenderGateOptions {
  readonly maxRenders: number;
  readonly trustedProxies: TrustedProxies;
  /** Paths that are for operators alone. */
  readonly isAdmin: (path: string) => boolean;
  /** Paths that are always answered, however much there is to do. */
  readonly isVital: (path: string) => boolean;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

export interface RenderGate {
  /**
   * Lets a request through to the application, one of a bounded number.
   *
   * @returns gives its place back
   * @throws RateLimitedError, OverloadedError
   */
  admit(request: CacheRequest): Promise<() => void>;
  readonly stats: Admission["stats"];
}

/** What one network may have rendered: a reader with many tabs, and a polite crawler; not a scan of all ids. */
const RENDERS = { burst: 300, perSecond: 30 };
/** An operator, and a script of his. */
const ADMIN = { burst: 60, perSecond: 1 };

/** What stands between a request that nothing is kept for and the application. */
export function createRenderGate(options: RenderGateOptions): RenderGate {
  const { maxRenders, trustedProxies, isAdmin, isVital, now = () => performance.now() } = options;
  const lag = watchEventLoopLag({ now });
  const admission = createAdmission({ maxRenders, lag: lag.recentMs });
  const renders = createRateLimiter({ ...RENDERS, now });
  const admin = createRateLimiter({ ...ADMIN, now });
  return {
    stats: admission.stats,
    async admit(request) {
      // This process itself: its request is part of another one, or of the start.
      if (request.socket.remoteAddress === undefined) return () => {};
      const [path = "/"] = (request.url ?? "/").split("?", 1);
      if (isVital(path)) return () => {};
      const source = networkOf(clientAddress(request, trustedProxies));
      const waitMs = (isAdmin(path) ? admin : renders).take(source);
      if (waitMs > 0) throw new RateLimitedError(waitMs);
      return isAdmin(path) ? () => {} : admission.enter();
    },
  };
}
