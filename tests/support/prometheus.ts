/** Samples of Prometheus' text format: by name and labels, `name{a="1",b="2"}` with the labels sorted. */
export type Samples = ReadonlyMap<string, number>;

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"(?:,|$)/gy;

/** @throws on a line that is neither comment nor sample, and on a sample whose metric has no type */
export function parseMetrics(text: string): Samples {
  const samples = new Map<string, number>();
  const types = new Set<string>();
  for (const line of text.split("\n")) {
    const declared = /^# TYPE (\S+) (?:counter|gauge|histogram|summary)$/.exec(line)?.[1];
    if (declared !== undefined) types.add(declared);
    if (line === "" || line.startsWith("#")) continue;
    const [, name = "", labels = "", value = ""] = LINE.exec(line) ?? [];
    const family = types.has(name) ? name : name.replace(/_(?:bucket|sum|count)$/, "");
    if (name === "" || !types.has(family) || asNumber(value) === undefined) {
      throw new Error(`not Prometheus text: ${line}`);
    }
    samples.set(sampleName(name, labels), asNumber(value) ?? Number.NaN);
  }
  return samples;
}

function sampleName(name: string, labels: string): string {
  const pairs = [...labels.matchAll(LABEL)];
  if (pairs.map(([pair]) => pair).join("") !== labels) throw new Error(`not Prometheus labels: ${labels}`);
  if (pairs.length === 0) return name;
  const sorted = pairs.map(([, label, value]) => `${label}="${value}"`).sort();
  return `${name}{${sorted.join(",")}}`;
}

/** In the spellings that Go's `ParseFloat`, and so Prometheus, takes. */
function asNumber(text: string): number | undefined {
  if (/^nan$/i.test(text)) return Number.NaN;
  if (/^[+-]?inf$/i.test(text))
    return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const number = Number(text);
  return text === "" || Number.isNaN(number) ? undefined : number;
}
