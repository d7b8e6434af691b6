import { once } from "node:events";
import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
} from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { onTestFinished, vi } from "vitest";
import type { Handler } from "@/lib/http/exchange";
import type { PageCacheOptions } from "@/lib/http/page-cache/options";
import { createPageCache, type PageCache } from "@/lib/http/page-cache/page-cache";

/** What an origin answers. Default: 200, `max-age=60`, and a body that says how often it was asked. */
export interface Scripted {
  readonly status?: number;
  readonly headers?: AnswerHeaders;
  readonly body?: string | Buffer;
}

/** Several values are several lines. */
export type AnswerHeaders = Readonly<Record<string, string | readonly string[]>>;

type Script = Scripted | ((asked: IncomingMessage, call: number) => Scripted | Promise<Scripted>);

export interface Origin extends Handler {
  /** Every request that reached it, in order. */
  readonly asked: { readonly method: string; readonly url: string; readonly headers: IncomingHttpHeaders }[];
}

export const FRESH = { "cache-control": "max-age=60" };

/** A handler that counts. A script that throws is a handler that throws. */
export function origin(script: Script = {}): Origin {
  const asked: Origin["asked"] = [];
  const handler: Handler = async (incoming, response) => {
    const { method = "", url = "", headers } = incoming;
    const call = asked.push({ method, url, headers });
    const scripted = typeof script === "function" ? await script(incoming, call) : script;
    for (const [name, value] of Object.entries(scripted.headers ?? FRESH)) response.setHeader(name, value);
    response.writeHead(scripted.status ?? 200).end(scripted.body ?? `answer ${call}`);
  };
  return Object.assign(handler, { asked });
}

export interface Asking {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders | readonly string[];
  readonly body?: string;
}

export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  /** `X-Cache`. */
  readonly outcome: string | undefined;
  readonly bytes: Buffer;
  readonly text: string;
}

export interface CachedSite {
  readonly cache: PageCache;
  readonly port: number;
  /** The cache's clock, in milliseconds. */
  readonly clock: { ms: number };
  send(asking: Asking): Promise<Got>;
  get(path?: string, headers?: Asking["headers"]): Promise<Got>;
  /** Waits until nobody asks the origin any more. */
  settled(): Promise<void>;
}

/** A cache around a handler, on a server of its own that ends with the test. */
export async function cachedSite(handler: Handler, options: PageCacheOptions = {}): Promise<CachedSite> {
  const clock = { ms: 0 };
  const cache = createPageCache({ now: () => clock.ms, ...options })(handler);
  const port = await listening(cache);
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const send = async ({ method = "GET", path = "/", headers = {}, body }: Asking): Promise<Got> => {
    const sent = request({ host: "127.0.0.1", port, agent, method, path, headers });
    sent.end(body);
    const [response]: [IncomingMessage] = (await once(sent, "response")) as [IncomingMessage];
    const bytes = await buffer(response);
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      rawHeaders: response.rawHeaders,
      outcome: response.headers["x-cache"] as string | undefined,
      bytes,
      text: bytes.toString(),
    };
  };
  return {
    cache,
    port,
    clock,
    send,
    get: (path, headers) => send({ ...(path && { path }), ...(headers && { headers }) }),
    settled: () =>
      vi.waitFor(() => {
        if (cache.stats().inFlight > 0) throw new Error("The origin is still being asked");
      }),
  };
}

/** @returns the port */
export async function listening(handler: Handler): Promise<number> {
  const server = createServer(handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

/** Something that is waited for until the test says so. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

export function gate(): Gate {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}
