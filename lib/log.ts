import { format, stripVTControlCharacters } from "node:util";
import pino from "pino";
import { createRedactor, type Redactor } from "./redaction";
import { currentRequest } from "./request-context";

/**
 * Structured logs, one record a line; warnings and errors on stderr, the rest on stdout. For programs a
 * record is a JSON object; for a person at a terminal it is
 * `2026-01-31T08:00:00.000Z warn message key=value`. Within a request each record carries its id. No
 * record holds a secret (lib/redaction.ts).
 */
type Fields = Readonly<Record<string, unknown>>;
type Level = "debug" | "info" | "warn" | "error";

export interface LogSettings {
  /** Debug records are dropped unless this is true (`DEBUG=1`). */
  readonly debug?: boolean;
  /** Lines for a person instead of JSON. Default: whether stdout is a terminal. */
  readonly readable?: boolean;
  /** Never to stand in a record, wherever they come from. */
  readonly secrets?: readonly string[];
}

interface State {
  debug: boolean;
  readable: boolean;
  redactor: Redactor;
  stdout: (line: string) => void;
  stderr: (line: string) => void;
}

// Next compiles routes apart from the entry, and what is set in one holds for the other.
const KEY = Symbol.for("web-server-report.log");
const store = globalThis as { [KEY]?: State };
store[KEY] ??= {
  debug: false,
  readable: process.stdout.isTTY === true,
  redactor: createRedactor(),
  stdout: (line) => console.log(line),
  stderr: (line) => console.error(line),
};
const state = store[KEY];

/** What is left out stays as it is. */
export function configureLog({ debug, readable, secrets }: LogSettings): void {
  if (debug !== undefined) state.debug = debug;
  if (readable !== undefined) state.readable = readable;
  if (secrets !== undefined) state.redactor = createRedactor(secrets);
}

export const log = {
  debug: (message: string, fields?: Fields) => {
    if (state.debug) write("debug", message, fields);
  },
  info: (message: string, fields?: Fields) => write("info", message, fields),
  warn: (message: string, fields?: Fields) => write("warn", message, fields),
  error: (message: string, fields?: Fields) => write("error", message, fields),
};

/**
 * What libraries print (Next prints errors of pages) becomes records too, from now on.
 *
 * @returns ends it
 */
export function captureConsole(): () => void {
  const { debug, log: print, info, warn, error } = console;
  const { stdout, stderr } = state;
  state.stdout = (line) => print.call(console, line);
  state.stderr = (line) => error.call(console, line);
  const record =
    (level: Level) =>
    (...args: unknown[]) =>
      log[level](stripVTControlCharacters(format(...args)).trim());
  Object.assign(console, {
    debug: record("debug"),
    log: record("info"),
    info: record("info"),
    warn: record("warn"),
    error: record("error"),
  });
  return () => {
    Object.assign(console, { debug, log: print, info, warn, error });
    Object.assign(state, { stdout, stderr });
  };
}

const json = pino(
  {
    level: "debug",
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  },
  pino.multistream(
    [
      { level: "debug", stream: { write: (line: string) => state.stdout(line.trimEnd()) } },
      { level: "warn", stream: { write: (line: string) => state.stderr(line.trimEnd()) } },
    ],
    { dedupe: true },
  ),
);

function write(level: Level, message: string, fields: Fields = {}): void {
  const requestId = currentRequest()?.id;
  const record = requestId === undefined ? fields : { requestId, ...fields };
  if (state.readable) writeLine(level, message, record);
  else json[level](state.redactor.value(record) as object, state.redactor.text(message));
}

function writeLine(level: Level, message: string, fields: Fields): void {
  const safe = state.redactor.value(state.debug ? fields : withoutStacks(fields)) as Fields;
  const pairs = Object.entries(safe).map(([key, value]) => ` ${key}=${formatValue(value)}`);
  const line = `${new Date().toISOString()} ${level} ${state.redactor.text(message)}${pairs.join("")}`;
  if (level === "warn" || level === "error") state.stderr(line);
  else state.stdout(line);
}

/** A person is told what went wrong; where it did, in detail only. */
function withoutStacks(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      value instanceof Error ? value.message || value.name : value,
    ]),
  );
}

/** JSON where it is no plain word, so that a line can always be cut apart again. */
function formatValue(value: unknown): string {
  if (typeof value === "string") return /^[\w.:/@-]+$/.test(value) ? value : JSON.stringify(value);
  return JSON.stringify(value) ?? String(value);
}
