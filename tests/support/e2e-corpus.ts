import type { BrowserContext, Page } from "@playwright/test";
import { HARMLESS_ROW_ID, injectedReportRows } from "../fixtures/injected-rows";
import { createTestDatabase } from "./database";
import { test as base } from "./e2e";
import { insertReports } from "./e2e-reports";
import { type RunningSite, startSite } from "./server";

/** Whatever hostile content asks for: another origin, or one of the paths that only it knows. */
const CANARY = /^\/(?:(?:en|crypto_report|crypto_reports_list)\/)*pwned/;

/** Prints and refuses every connection that the site makes to anything but this machine. */
const WATCH_CONNECTIONS = `
  import net from "node:net";
  const { connect } = net.Socket.prototype;
  net.Socket.prototype.connect = function (...args) {
    const [first] = args.flat();
    const host = first?.host ?? (typeof args[1] === "string" ? args[1] : undefined);
    if (first?.path !== undefined || [undefined, "localhost", "127.0.0.1", "::1"].includes(host)) return connect.apply(this, args);
    process.stderr.write("connection to " + host + "\\n");
    this.destroy(new Error("refused by the test"));
    return this;
  };`;

export interface Incidents {
  /** What ran, was requested or opened so far, one line each. */
  readonly seen: readonly string[];
}

/** The suite's `test` on a site of its own, whose reports hold the whole injection corpus. */
export const test = base.extend<{ incidents: Incidents }, { site: RunningSite }>({
  site: [
    async ({ browserName: _ }, use) => {
      const database = await createTestDatabase();
      let site: RunningSite | undefined;
      try {
        await insertReports(database.url, injectedReportRows());
        const preload = `--import=data:text/javascript,${encodeURIComponent(WATCH_CONNECTIONS)}`;
        site = await startSite({ databaseUrl: database.url, env: { NODE_OPTIONS: preload } });
        await use(site);
      } finally {
        await site?.stop();
        await database.drop();
      }
    },
    { scope: "worker", timeout: 180_000 },
  ],
  baseURL: async ({ site }, use) => use(site.url),
  incidents: [
    async ({ context, baseURL }, use) => {
      const seen: string[] = [];
      await watch(context, baseURL ?? "", (incident) => seen.push(incident));
      await use({ seen });
    },
    { auto: true },
  ],
});

export const harmlessPath = `/crypto_report/${HARMLESS_ROW_ID}`;

async function watch(context: BrowserContext, origin: string, report: (incident: string) => void) {
  await context.exposeFunction("__incident", report);
  await context.addInitScript(installCanaries);
  const isForbidden = (url: URL) =>
    /^(?:https?|wss?|ftp):$/.test(url.protocol) && (url.origin !== origin || CANARY.test(url.pathname));
  await context.route(isForbidden, (route) => route.abort());
  context.on("request", (request) => {
    if (isForbidden(new URL(request.url()))) report(`request: ${request.url()}`);
  });
  context.on("dialog", (dialog) => {
    report(`dialog: ${dialog.type()} ${dialog.message()}`);
    void dialog.dismiss();
  });
  let isFirst = true;
  context.on("page", (page: Page) => {
    if (!isFirst) report(`window: ${page.url()}`);
    isFirst = false;
    page.on("websocket", (socket) => report(`socket: ${socket.url()}`));
    page.on("frameattached", (frame) => report(`frame: ${frame.url()}`));
    page.on("download", (download) => report(`download: ${download.url()}`));
  });
}

/** In the page, before any script of it. */
function installCanaries(): void {
  const { __incident } = window as unknown as { __incident: (incident: string) => void };
  document.addEventListener("securitypolicyviolation", (event) => {
    __incident(`policy: ${event.effectiveDirective} ${event.blockedURI}`);
  });
  // A link that leads away is followed by nobody here; one that runs a script would still run it.
  window.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (
      link &&
      /^(?:https?|mailto):$/.test(link.protocol) &&
      link.closest("#report-container") &&
      !link.hash
    ) {
      event.preventDefault();
    }
  });
  const canary =
    (name: string) =>
    (...details: unknown[]) =>
      __incident(`${name}(${details.join(", ")})`);
  for (const name of ["__pwned", "alert", "confirm", "prompt", "print", "open"]) {
    Object.defineProperty(window, name, { value: canary(name), configurable: false, writable: false });
  }
}
