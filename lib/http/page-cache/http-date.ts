const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAY = /(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.source;
const LONG_DAY = /(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day/.source;
const TIME = /(?<time>\d\d:\d\d:\d\d)/.source;
/** The form of today, and the two that recipients must still read (RFC 9110, section 5.6.7). */
const FORMS = [
  `${DAY}, (?<day>\\d\\d) (?<month>[A-Z][a-z]{2}) (?<year>\\d{4}) ${TIME} GMT`,
  `${LONG_DAY}, (?<day>\\d\\d)-(?<month>[A-Z][a-z]{2})-(?<year>\\d\\d) ${TIME} GMT`,
  `${DAY} (?<month>[A-Z][a-z]{2}) (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})`,
].map((form) => new RegExp(`^${form}$`));
/** Two digits that would mean a year further ahead than this mean one in the past. */
const YEARS_AHEAD = 50;

/**
 * A date of HTTP, in milliseconds since 1970. `Date.parse` takes much more for a date, `3600` for the year.
 *
 * @returns undefined for anything else
 */
export function parseHttpDate(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  for (const form of FORMS) {
    const parts = form.exec(text.trim())?.groups;
    if (parts === undefined) continue;
    const { day = "", month = "", year = "", time = "" } = parts;
    if (!MONTHS.includes(month)) return undefined;
    const date = Date.parse(`${day.trim()} ${month} ${fullYear(year)} ${time} GMT`);
    return Number.isNaN(date) ? undefined : date;
  }
  return undefined;
}

function fullYear(year: string): number {
  if (year.length > 2) return Number(year);
  const now = new Date().getUTCFullYear();
  const full = now - (now % 100) + Number(year);
  return full > now + YEARS_AHEAD ? full - 100 : full;
}
