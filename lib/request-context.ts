import { AsyncLocalStorage } from "node:async_hooks";

/** What is known of the request that is being answered, wherever in the process that is. */
export interface RequestContext {
  /** Stands in each line that is logged for the request, and in its answer. */
  readonly id: string;
  /** Who asks: an IP address. */
  readonly address: string;
}

// Next compiles routes apart from the entry, and both must mean the same storage.
const KEY = Symbol.for("web-server-report.request-context");
const store = globalThis as { [KEY]?: AsyncLocalStorage<RequestContext> };
store[KEY] ??= new AsyncLocalStorage<RequestContext>();
const storage = store[KEY];

export function runInRequest<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work);
}

/** Undefined outside of a request, and under `next dev`, which has no entry of ours. */
export function currentRequest(): RequestContext | undefined {
  return storage.getStore();
}
