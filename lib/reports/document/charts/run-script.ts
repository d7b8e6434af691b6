import { LANGUAGE_TAGS } from "../../../i18n/format";
import { ChartRecorder, type DrawnChart } from "./chart-recorder";
import { FailureLog, type ScriptFailure } from "./failures";
import { ENTRY_NAMES, type GuestConfig } from "./guest-page";
import { IntlHost } from "./intl-host";
import { DEFAULT_LIMITS, type SandboxLimits } from "./limits";
import { type PageHost, preparePage } from "./page-run";
import { withQuickJs } from "./quickjs";
import { threadTime } from "./thread-time";

export type { DrawnChart } from "./chart-recorder";
export type { ScriptFailure } from "./failures";
export type { SandboxLimits } from "./limits";

/** What a script may know of one element of the report; all of them are given in document order. */
export interface HostElement {
  readonly tag: string;
  readonly id: string | null;
  readonly classes: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  /** Index of the parent among the elements, which comes earlier; null at the top. */
  readonly parent: number | null;
}

export interface ScriptOptions {
  /** Language of the page: decides which entry function is preferred, and how numbers are written. */
  readonly locale: "vi" | "en";
  /** Lower limits than the default ones; points of a chart cannot be raised above them. */
  readonly limits?: Partial<SandboxLimits>;
  /** What the script takes for the present. Give the report's own date, so that each run draws alike. */
  readonly date?: Date;
  /** Monotonic milliseconds, for the time limit; by default the processor time of this thread. */
  readonly clock?: () => number;
}

export interface ScriptOutcome {
  /** At most one chart an element, in the order in which the elements were first drawn on. */
  readonly drawn: readonly DrawnChart[];
  readonly failures: readonly ScriptFailure[];
}

/** UTF-16 code units of the page's description; more would not leave the script room to run. */
const MAX_CONFIG_LENGTH = 4 * 1024 * 1024;

/**
 * Runs a report's script in a sandbox of its own and answers the charts it drew, the ones drawn before
 * a failure included. Never rejects, whatever the script does. Blocks its thread for at most about
 * `hardTimeMs`, so it belongs on a worker thread.
 */
export async function runChartScript(
  js: string,
  elements: readonly HostElement[],
  options: ScriptOptions,
): Promise<ScriptOutcome> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const locale = LANGUAGE_TAGS[options.locale];
  const failures = new FailureLog(limits.failures);
  const recorder = new ChartRecorder(elements.length, limits, failures);
  const config: GuestConfig = {
    elements,
    locale,
    date: (options.date ?? new Date()).getTime(),
    entryNames: ENTRY_NAMES[options.locale],
    pointsPerChart: limits.pointsPerChart,
    pendingTimers: limits.pendingTimers,
    virtualMs: limits.virtualMs,
  };
  const configText = JSON.stringify(config);
  if (js.length > limits.scriptLength) {
    failures.add("script-limit", `the script has more than ${limits.scriptLength} characters`);
  } else if (configText.length > MAX_CONFIG_LENGTH) {
    failures.add("memory-limit", "the report has too many elements for a script to look at");
  } else {
    const intl = new IntlHost(locale, limits.formattingCalls);
    const clock = options.clock ?? threadTime;
    await runInEngine(js, configText, { limits, recorder, failures, intl, clock });
  }
  return { drawn: recorder.drawn, failures: failures.entries };
}

const BREAKDOWNS = {
  "time-limit": "one operation took too long",
  "stack-limit": "too deep a recursion",
  "memory-limit": "out of memory",
  engine: "the interpreter broke down",
} as const;

async function runInEngine(js: string, configText: string, host: PageHost): Promise<void> {
  try {
    const exit = await withQuickJs(host.limits, (context) => preparePage(context, js, configText, host));
    if (exit !== "finished") host.failures.addOnce(exit, BREAKDOWNS[exit]);
  } catch (error) {
    host.failures.addOnce("engine", `the interpreter cannot be loaded: ${error}`);
  }
}
