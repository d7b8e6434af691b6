/**
 * One line a record on stdout or stderr: `2026-01-31T08:00:00.000Z warn message key=value`.
 * Values are JSON where they are not plain words, so that a line can always be cut apart again.
 */
type Fields = Readonly<Record<string, unknown>>;
type Level = "debug" | "info" | "warn" | "error";

let debugEnabled = false;

/** Debug records are dropped until this is called with true (`DEBUG=1`). */
export function enableDebugLog(enabled: boolean): void {
  debugEnabled = enabled;
}

export const log = {
  debug: (message: string, fields?: Fields) => {
    if (debugEnabled) write("debug", message, fields);
  },
  info: (message: string, fields?: Fields) => write("info", message, fields),
  warn: (message: string, fields?: Fields) => write("warn", message, fields),
  error: (message: string, fields?: Fields) => write("error", message, fields),
};

function write(level: Level, message: string, fields: Fields = {}): void {
  const pairs = Object.entries(fields).map(([key, value]) => ` ${key}=${formatValue(value)}`);
  const line = `${new Date().toISOString()} ${level} ${message}${pairs.join("")}`;
  if (level === "warn" || level === "error") console.error(line);
  else console.log(line);
}

function formatValue(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(value.message);
  if (typeof value === "string") return /^[\w.:/@-]+$/.test(value) ? value : JSON.stringify(value);
  return JSON.stringify(value) ?? String(value);
}
