import { type NextRequest, NextResponse } from "next/server";
import { ERROR_DOCUMENT_HEADER } from "@/lib/http/error-documents";
import { routeRequest } from "@/lib/i18n/route-request";

export function proxy(request: NextRequest): NextResponse {
  const { pathname, searchParams } = request.nextUrl;
  const decision = routeRequest(pathname, searchParams, request.headers.has(ERROR_DOCUMENT_HEADER));
  switch (decision.kind) {
    // The front server has refused what is absent; `next dev` has none, and serves files behind this.
    case "absent":
    case "pass":
      return NextResponse.next();
    case "rewrite": {
      const url = request.nextUrl.clone();
      url.pathname = decision.path;
      if (decision.status === undefined) return NextResponse.rewrite(url);
      return NextResponse.rewrite(url, {
        status: decision.status,
        headers: { [ERROR_DOCUMENT_HEADER]: String(decision.status) },
      });
    }
    case "redirect":
      return NextResponse.redirect(new URL(decision.location, request.url), 308);
  }
}

export const config = { matcher: "/((?!_next/|__next).*)" };
