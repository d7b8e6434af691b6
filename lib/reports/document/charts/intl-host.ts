import * as z from "zod";
import { SITE_TIME_ZONE } from "../../../i18n/format";

/**
 * The host's half of `Intl` in the sandbox: pure functions from plain values to a string. The guest's
 * half is `guest-intl.ts`.
 */
const requestSchema = z.object({
  kind: z.enum(["number", "datetime", "date", "time", "moment", "collator"]),
  /** `parts` and `resolve` answer JSON text. */
  want: z.enum(["text", "parts", "resolve"]),
  locales: z.array(z.string().max(64)).max(8),
  options: z.record(z.string(), z.union([z.string().max(64), z.number(), z.boolean()])),
  /** A number as text, digits with a final "n" for a BigInt, or the two strings to compare. */
  values: z.array(z.string().max(2_000)).max(2),
});

type IntlRequest = z.infer<typeof requestSchema>;
type Formatter = (want: IntlRequest["want"], values: readonly string[]) => string;

const CACHED_FORMATTERS = 32;
const DATE_FIELDS = ["weekday", "year", "month", "day"];
const TIME_FIELDS = ["dayPeriod", "hour", "minute", "second", "fractionalSecondDigits"];
const DATE_DEFAULTS = { year: "numeric", month: "numeric", day: "numeric" };
const TIME_DEFAULTS = { hour: "numeric", minute: "numeric", second: "numeric" };

/**
 * Answers a formatting request of the sandbox: JSON text in; out comes `=` and the result, or `!`,
 * the name of an error class of the language, `:` and a message. Never throws.
 */
export class IntlHost {
  readonly #formatters = new Map<string, Formatter>();
  readonly #defaultLocale: string;
  #callsLeft: number;

  /** @param defaultLocale BCP 47 tag for requests that name none. @param maxCalls for the whole run. */
  constructor(defaultLocale: string, maxCalls: number) {
    this.#defaultLocale = defaultLocale;
    this.#callsLeft = maxCalls;
  }

  answer(requestText: string): string {
    this.#callsLeft -= 1;
    if (this.#callsLeft < 0) return "!RangeError:too many formatting calls";
    try {
      const request = requestSchema.safeParse(JSON.parse(requestText));
      if (!request.success) return "!TypeError:locales or options that cannot be used";
      return `=${this.#formatter(request.data)(request.data.want, request.data.values)}`;
    } catch (error) {
      const name = error instanceof RangeError ? "RangeError" : "TypeError";
      return `!${name}:${error instanceof Error ? error.message.slice(0, 200) : ""}`;
    }
  }

  /** Building a formatter costs far more than using it, and a script formats many values alike. */
  #formatter(request: IntlRequest): Formatter {
    const { kind, locales, options } = request;
    const key = JSON.stringify([kind, locales, options]);
    const known = this.#formatters.get(key);
    if (known !== undefined) return known;
    const formatter = buildFormatter({
      ...request,
      locales: locales.length > 0 ? locales : [this.#defaultLocale],
    });
    if (this.#formatters.size >= CACHED_FORMATTERS) this.#formatters.clear();
    this.#formatters.set(key, formatter);
    return formatter;
  }
}

function buildFormatter(request: IntlRequest): Formatter {
  switch (request.kind) {
    case "number":
      return numberFormatter(request);
    case "collator":
      return collator(request);
    default:
      return dateFormatter(request);
  }
}

function numberFormatter({ locales, options }: IntlRequest): Formatter {
  const format = new Intl.NumberFormat(locales, options as Intl.NumberFormatOptions);
  return (want, [text = "NaN"]) => {
    if (want === "resolve") return JSON.stringify(format.resolvedOptions());
    const value = /^-?\d+n$/.test(text) ? BigInt(text.slice(0, -1)) : Number(text);
    return want === "parts" ? JSON.stringify(format.formatToParts(value)) : format.format(value);
  };
}

function dateFormatter({ kind, locales, options }: IntlRequest): Formatter {
  const format = new Intl.DateTimeFormat(locales, {
    timeZone: SITE_TIME_ZONE,
    ...options,
    ...shownFields(kind, options),
  });
  return (want, [text = "NaN"]) => {
    if (want === "resolve") return JSON.stringify(format.resolvedOptions());
    const date = new Date(Number(text));
    return want === "parts" ? JSON.stringify(format.formatToParts(date)) : format.format(date);
  };
}

/** What the three `toLocale…String` methods of a date show when the options name no field (ECMA-402). */
function shownFields(kind: IntlRequest["kind"], options: IntlRequest["options"]): Intl.DateTimeFormatOptions {
  if (kind === "datetime") return {};
  const decisive = [...(kind === "time" ? [] : DATE_FIELDS), ...(kind === "date" ? [] : TIME_FIELDS)];
  if ([...decisive, "dateStyle", "timeStyle"].some((field) => field in options)) return {};
  const shown = { ...(kind === "time" ? {} : DATE_DEFAULTS), ...(kind === "date" ? {} : TIME_DEFAULTS) };
  return shown as Intl.DateTimeFormatOptions;
}

function collator({ locales, options }: IntlRequest): Formatter {
  const collation = new Intl.Collator(locales, options as Intl.CollatorOptions);
  return (want, [left = "", right = ""]) =>
    want === "resolve" ? JSON.stringify(collation.resolvedOptions()) : String(collation.compare(left, right));
}
