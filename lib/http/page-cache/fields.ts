/** Header fields as `[name, value, name, value, …]`, names in lower case, in the order of the wire. */
export type Fields = readonly string[];

/** Of one connection, not of the answer (RFC 9110, section 7.6.1). */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authentication-info",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** The values of a field, one for each of its lines. */
export function linesOf(fields: Fields, name: string): string[] {
  return fields.filter((_, at) => at % 2 === 1 && fields[at - 1] === name);
}

/** The value of a field, several joined as RFC 9110 (section 5.3) has it. */
export function fieldOf(fields: Fields, name: string): string | undefined {
  let found: string | undefined;
  for (let at = 0; at < fields.length; at += 2) {
    if (fields[at] === name) found = found === undefined ? fields[at + 1] : `${found}, ${fields[at + 1]}`;
  }
  return found;
}

export function withoutFields(fields: Fields, drop: (name: string) => boolean): string[] {
  const kept: string[] = [];
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at] ?? "";
    if (!drop(name)) kept.push(name, fields[at + 1] ?? "");
  }
  return kept;
}

/** `fields` with those of `others` in place of their own of the same names. */
export function replaceFields(fields: Fields, others: Fields): string[] {
  const names = new Set(others.filter((_, at) => at % 2 === 0));
  return [...withoutFields(fields, (name) => names.has(name)), ...others];
}

/** What may be kept of an answer and sent on another connection. */
export function endToEndFields(fields: Fields): string[] {
  const named = new Set(
    (fieldOf(fields, "connection") ?? "").split(",").map((name) => name.trim().toLowerCase()),
  );
  return withoutFields(fields, (name) => HOP_BY_HOP.has(name) || named.has(name));
}
