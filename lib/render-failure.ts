import { routeRequest } from "./i18n/route-request";
import { sharedPageCache } from "./isr/shared-page-cache";

/** @param url path and query as the visitor asked for them */
export function renderFailed(url: string): void {
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const decision = routeRequest(pathname, searchParams);
  sharedPageCache().renderFailed(decision.kind === "rewrite" ? decision.path : pathname);
}
