/**
 * Part of the guest page, see `guest-page.ts`. QuickJS has no `Intl`; here is the part that labels are
 * built with. The work is done by `intl-host.ts`, which is given text and answers with text.
 */
export const GUEST_INTL = `
  const NUMBER_OPTIONS = [
    "localeMatcher", "numberingSystem", "style", "currency", "currencyDisplay", "currencySign", "unit", "unitDisplay",
    "notation", "compactDisplay", "signDisplay", "useGrouping", "minimumIntegerDigits", "minimumFractionDigits",
    "maximumFractionDigits", "minimumSignificantDigits", "maximumSignificantDigits", "roundingMode",
    "roundingPriority", "roundingIncrement", "trailingZeroDisplay",
  ];
  const DATE_OPTIONS = [
    "localeMatcher", "calendar", "numberingSystem", "timeZone", "hour12", "hourCycle", "weekday", "era", "year",
    "month", "day", "dayPeriod", "hour", "minute", "second", "fractionalSecondDigits", "timeZoneName",
    "formatMatcher", "dateStyle", "timeStyle",
  ];
  const COLLATOR_OPTIONS = [
    "localeMatcher", "usage", "sensitivity", "ignorePunctuation", "numeric", "caseFirst", "collation",
  ];
  const ERRORS = { RangeError, TypeError };

  function localeList(locales) {
    if (locales === undefined) return [];
    return isArray(locales) ? locales.map(String) : [String(locales)];
  }

  function picked(options, names) {
    if (options === null) throw new TypeError("options is null");
    const plain = {};
    for (const name of names) {
      const value = options?.[name];
      if (value !== undefined) plain[name] = typeof value === "number" || typeof value === "boolean" ? value : String(value);
    }
    return plain;
  }

  function ask(request) {
    const answer = format(stringify(request));
    if (answer[0] === "=") return answer.slice(1);
    const [name, ...message] = answer.slice(1).split(":");
    throw new ERRORS[name](message.join(":"));
  }

  const numberText = (value) => (typeof value === "bigint" ? value + "n" : String(Number(value)));
  const numberRequest = (locales, options) =>
    ({ kind: "number", want: "text", locales: localeList(locales), options: picked(options, NUMBER_OPTIONS), values: [] });
  const dateRequest = (kind, locales, options) =>
    ({ kind, want: "text", locales: localeList(locales), options: picked(options, DATE_OPTIONS), values: [] });
  const collatorRequest = (locales, options) =>
    ({ kind: "collator", want: "text", locales: localeList(locales), options: picked(options, COLLATOR_OPTIONS), values: [] });
  const compared = (request, left, right) =>
    Number(ask({ ...request, values: [String(left).slice(0, 1000), String(right).slice(0, 1000)] }));

  // Asking for the resolved options also rejects bad ones, as a constructor must.
  function resolved(request) {
    const text = ask({ ...request, want: "resolve" });
    return () => parse(text);
  }

  function NumberFormat(locales, options) {
    if (!new.target) return new NumberFormat(locales, options);
    const request = numberRequest(locales, options);
    this.resolvedOptions = resolved(request);
    this.format = (value) => ask({ ...request, values: [numberText(value)] });
    this.formatToParts = (value) => parse(ask({ ...request, want: "parts", values: [numberText(value)] }));
  }

  function DateTimeFormat(locales, options) {
    if (!new.target) return new DateTimeFormat(locales, options);
    const request = dateRequest("datetime", locales, options);
    const dateText = (value) => String(value === undefined ? Date.now() : Number(value));
    this.resolvedOptions = resolved(request);
    this.format = (value) => ask({ ...request, values: [dateText(value)] });
    this.formatToParts = (value) => parse(ask({ ...request, want: "parts", values: [dateText(value)] }));
  }

  function Collator(locales, options) {
    if (!new.target) return new Collator(locales, options);
    const request = collatorRequest(locales, options);
    this.resolvedOptions = resolved(request);
    this.compare = (left, right) => compared(request, left, right);
  }

  for (const service of [NumberFormat, DateTimeFormat, Collator]) {
    service.supportedLocalesOf = (locales) => localeList(locales);
  }

  function localeDate(kind) {
    return function (locales, options) {
      const time = this.getTime();
      if (time !== time) return "Invalid Date";
      return ask({ ...dateRequest(kind, locales, options), values: [String(time)] });
    };
  }

  const numberToLocaleString = function (locales, options) {
    return ask({ ...numberRequest(locales, options), values: [numberText(this.valueOf())] });
  };
  const intlMethods = [
    [globalThis, "Intl", { NumberFormat, DateTimeFormat, Collator, getCanonicalLocales: localeList }],
    [Number.prototype, "toLocaleString", numberToLocaleString],
    [BigInt.prototype, "toLocaleString", numberToLocaleString],
    [Date.prototype, "toLocaleString", localeDate("moment")],
    [Date.prototype, "toLocaleDateString", localeDate("date")],
    [Date.prototype, "toLocaleTimeString", localeDate("time")],
    [String.prototype, "localeCompare", function (that, locales, options) {
      return compared(collatorRequest(locales, options), this, that);
    }],
  ];
  for (const [owner, name, value] of intlMethods) {
    defineProperty(owner, name, { value, writable: true, configurable: true });
  }
`;
