import { chartFromCall } from "./chart-from-call";
import type { FailureLog } from "./failures";
import type { SandboxLimits } from "./limits";
import type { Chart } from "./model";
import { chartSchema, drawingCallSchema } from "./schema";

export interface DrawnChart {
  /** Index into the elements that the script was given. */
  readonly host: number;
  readonly chart: Chart;
}

/**
 * Keeps the last chart of each host element, in the order in which the elements were first drawn on.
 * Lives on the host's side, so that what was drawn survives whatever becomes of the script.
 */
export class ChartRecorder {
  readonly #charts = new Map<number, Chart>();
  readonly #elementCount: number;
  readonly #limits: SandboxLimits;
  readonly #failures: FailureLog;
  #calls = 0;
  #recordedLength = 0;

  constructor(elementCount: number, limits: SandboxLimits, failures: FailureLog) {
    this.#elementCount = elementCount;
    this.#limits = limits;
    this.#failures = failures;
  }

  get drawn(): DrawnChart[] {
    return Array.from(this.#charts, ([host, chart]) => ({ host, chart }));
  }

  /** Takes one drawing call as JSON text of `drawingCallSchema`. Never throws. */
  record(callText: string): void {
    this.#calls += 1;
    if (this.#calls > this.#limits.drawingCalls) {
      this.#failures.addOnce("call-limit", `more than ${this.#limits.drawingCalls} drawing calls`);
      return;
    }
    if (this.#recordedLength + callText.length > this.#limits.recordedLength) {
      this.#failures.addOnce("chart-limit", `more than ${this.#limits.recordedLength} characters of data`);
      return;
    }
    this.#recordedLength += callText.length;
    this.#draw(parseCall(callText));
  }

  #draw(call: ReturnType<typeof parseCall>): void {
    if (call === null) {
      this.#failures.add("bad-call", "a drawing call that cannot be read");
      return;
    }
    const { name, host } = call;
    if (host === null || host >= this.#elementCount) {
      this.#failures.add("bad-call", `${name}: no such element`);
      return;
    }
    const chart = chartSchema.safeParse(chartFromCall(call));
    if (!chart.success) {
      this.#failures.add("bad-call", `${name}: no usable data`);
      return;
    }
    if (!this.#charts.has(host) && this.#charts.size >= this.#limits.charts) {
      this.#failures.addOnce("chart-limit", `more than ${this.#limits.charts} charts`);
      return;
    }
    if (call.cut) {
      this.#failures.add(
        "point-limit",
        `${name}: drawn from its first ${this.#limits.pointsPerChart} points`,
      );
    }
    this.#charts.set(host, chart.data);
  }
}

function parseCall(text: string) {
  try {
    return drawingCallSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
