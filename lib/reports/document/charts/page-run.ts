import { type QuickJSContext, type QuickJSHandle, Scope } from "quickjs-emscripten-core";
import type { ChartRecorder } from "./chart-recorder";
import type { FailureLog, ScriptFailureCode } from "./failures";
import { GUEST_PAGE, SCRIPT_PREFIX } from "./guest-page";
import type { IntlHost } from "./intl-host";
import type { SandboxLimits } from "./limits";

/** What a run works with on the host's side. */
export interface PageHost {
  readonly limits: SandboxLimits;
  readonly recorder: ChartRecorder;
  readonly failures: FailureLog;
  readonly intl: IntlHost;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
}

/** Promise callbacks between two looks at the clock. */
const JOBS_AT_A_TIME = 64;

/** The failures that the guest page reports by itself. */
const GUEST_FAILURES: readonly ScriptFailureCode[] = ["syntax", "threw", "memory-limit", "stack-limit"];

/**
 * Builds a page and answers a function that leads the report's script through its life: the script's
 * own evaluation, DOMContentLoaded, load, timers until nothing is left to do, then the entry function
 * and its timers. An error ends what it happened in; the time limit ends the run.
 *
 * @throws (both) when the engine itself breaks; the context must not be used after that
 */
export function preparePage(
  context: QuickJSContext,
  js: string,
  configText: string,
  host: PageHost,
): () => void {
  const scope = new Scope();
  const run = new PageRun(context, host, scope);
  const page = run.build(configText);
  return () => {
    if (page !== null && run.evaluate(page, js)) {
      run.call(page, "load");
      run.call(page, "complete");
      run.runTimers(page);
      run.call(page, "enter");
      run.runTimers(page);
    }
    if (run.isOver) host.failures.addOnce("time-limit", `stopped after ${host.limits.timeMs} ms`);
    scope.dispose();
  };
}

class PageRun {
  readonly #context: QuickJSContext;
  readonly #host: PageHost;
  readonly #scope: Scope;
  #deadline = Number.POSITIVE_INFINITY;
  #isOver = false;

  constructor(context: QuickJSContext, host: PageHost, scope: Scope) {
    this.#context = context;
    this.#host = host;
    this.#scope = scope;
    context.runtime.setInterruptHandler(() => this.#lookAtClock());
  }

  /** Whether the time limit has been reached; nothing runs after that. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The guest page, or null if there was no room for it. */
  build(configText: string): QuickJSHandle | null {
    const { recorder, failures, intl } = this.#host;
    const context = this.#context;
    const text = (handle: QuickJSHandle | undefined) =>
      handle === undefined ? "" : context.getString(handle);
    const hostFunctions = [
      context.newFunction("record", (call) => recorder.record(text(call))),
      context.newFunction("fail", (name, message) => {
        // What is torn down at the time limit fails as well, and says nothing new.
        if (this.#isOver) return;
        const code = GUEST_FAILURES.find((known) => known === text(name));
        failures.add(code ?? "threw", text(message));
      }),
      context.newFunction("format", (request) => context.newString(intl.answer(text(request)))),
      context.newString(configText),
    ].map((handle) => this.#scope.manage(handle));
    const builder = this.#kept(context.evalCode(GUEST_PAGE, "page.js", { type: "global" }));
    const page = builder && this.#kept(context.callFunction(builder, context.undefined, hostFunctions));
    if (page === null) failures.add("memory-limit", "the page leaves no memory for the script");
    return page;
  }

  /** Runs the script itself, whose time starts here; false if it could not even be parsed. */
  evaluate(page: QuickJSHandle, js: string): boolean {
    this.#deadline = this.#host.clock() + this.#host.limits.timeMs;
    const result = this.#context.evalCode(SCRIPT_PREFIX + js, "report.js", { type: "global" });
    const value = this.#scope.manage(result.error ?? result.value);
    return this.call(page, result.error ? "threw" : "returned", value);
  }

  /** Calls a method of the guest page, and the promise callbacks that follow from it. */
  call(page: QuickJSHandle, method: string, ...args: QuickJSHandle[]): boolean {
    if (this.#isOver) return false;
    const result = this.#context.callMethod(page, method, args);
    const answer = result.error ? false : this.#context.dump(result.value) === true;
    if (result.error && !this.#isOver && this.#host.failures.entries.length === 0) {
      this.#host.failures.add("threw", "the script broke its page");
    }
    result.dispose();
    this.#runJobs();
    return answer;
  }

  runTimers(page: QuickJSHandle): void {
    for (let count = 0; count < this.#host.limits.timerCallbacks; count += 1) {
      if (!this.call(page, "runNextTimer")) return;
    }
  }

  #runJobs(): void {
    const { runtime } = this.#context;
    while (!this.#lookAtClock() && runtime.hasPendingJob())
      runtime.executePendingJobs(JOBS_AT_A_TIME).dispose();
  }

  #lookAtClock(): boolean {
    this.#isOver ||= this.#host.clock() > this.#deadline;
    return this.#isOver;
  }

  #kept(result: ReturnType<QuickJSContext["evalCode"]>): QuickJSHandle | null {
    const handle = this.#scope.manage(result.error ?? result.value);
    return result.error ? null : handle;
  }
}
