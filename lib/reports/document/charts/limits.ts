/**
 * What one run of a report's script may use. Every count is for the whole run, and everything the
 * script can repeat has one, whether or not the repetition comes to anything.
 */
export interface SandboxLimits {
  /** Milliseconds of the run's clock after which the script is stopped between two operations. */
  readonly timeMs: number;
  /**
   * Milliseconds of real time for the script, wherever it is then; a whole number. It ends the single
   * operation that takes forever, which the time limit cannot, and costs the engine.
   */
  readonly hardTimeMs: number;
  /** Stack of the interpreter, bytes. */
  readonly stackBytes: number;
  /** UTF-16 code units of source. */
  readonly scriptLength: number;
  /** Elements that have a chart at the end. */
  readonly charts: number;
  /** Points, bars, slices or segments of one chart; a longer series is cut to its first ones. */
  readonly pointsPerChart: number;
  /** Calls of the four drawing functions, those that drew nothing included. */
  readonly drawingCalls: number;
  /** UTF-16 code units of chart data handed over in all those calls together. */
  readonly recordedLength: number;
  /** Calls of the host's number, date and string formatting. */
  readonly formattingCalls: number;
  /** Timers that wait at one time; a further one never fires. */
  readonly pendingTimers: number;
  /** Timer callbacks in each of the two phases: after loading, and after the entry function. */
  readonly timerCallbacks: number;
  /** Virtual milliseconds that timers may reach in each of the two phases. */
  readonly virtualMs: number;
  /** Failures that are kept. */
  readonly failures: number;
}

export const DEFAULT_LIMITS: SandboxLimits = {
  timeMs: 250,
  hardTimeMs: 2_000,
  stackBytes: 256 * 1024,
  scriptLength: 2 * 1024 * 1024,
  charts: 200,
  pointsPerChart: 5_000,
  drawingCalls: 2_000,
  recordedLength: 256 * 1024,
  formattingCalls: 20_000,
  pendingTimers: 1_000,
  timerCallbacks: 300,
  virtualMs: 60_000,
  failures: 50,
};
