import { routeRequest } from "./i18n/route-request";
import { sharedIsrCache } from "./isr/shared-isr-cache";

/**
 * @param url path and query as the visitor asked for them
 * @param failedAt by `performance.now()`
 */
export function renderFailed(url: string, failedAt: number): void {
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const decision = routeRequest(pathname, searchParams);
  sharedIsrCache()?.renderFailed(decision.kind === "rewrite" ? decision.path : pathname, failedAt);
}
