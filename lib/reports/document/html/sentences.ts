/** The end of a sentence: its mark, closing quotes, white space, and something a sentence begins with. */
const BOUNDARY = /(?<![.!?…])[.!?…]+["'”’»)\]]*\s+(?=["'“‘«([]*[\p{Lu}\p{Lt}\p{Lo}\p{N}$€£+\-−–#])/gu;

/** Words that end in a full stop inside a sentence, in English and Vietnamese. */
const ABBREVIATIONS: ReadonlySet<string> = new Set(
  (
    "st mr mrs ms dr prof gen gov sen rep vs no nos vol fig inc ltd co corp jr sr approx est dept " +
    "jan feb mar apr jun jul aug sep sept oct nov dec eg ie e.g i.e cf al tp ts ths gs pgs bs ks ths nxb q p"
  ).split(" "),
);

/** Splits one line of running text into its sentences, each with the mark that ends it. */
export function splitSentences(text: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  for (const boundary of text.matchAll(BOUNDARY)) {
    const mark = boundary[0].trimEnd();
    const end = boundary.index + mark.length;
    if (mark === "." && endsInAbbreviation(text.slice(Math.max(start, end - 20), end - 1))) continue;
    sentences.push(text.slice(start, end));
    start = boundary.index + boundary[0].length;
  }
  const rest = text.slice(start).trim();
  if (rest !== "") sentences.push(rest);
  return sentences;
}

function endsInAbbreviation(text: string): boolean {
  const word = /[\p{L}.]+$/u.exec(text)?.[0] ?? "";
  // "U.S.", "J. Powell"; but "5 p.m." and "BTC." end sentences often enough.
  const isInitial = /^(?:\p{Lu}\.)*\p{Lu}$/u.test(word);
  return isInitial || ABBREVIATIONS.has(word.toLowerCase());
}

/** Cuts text at a word, with an ellipsis, to at most `limit` characters. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = text.slice(0, limit - 1);
  const space = cut.lastIndexOf(" ");
  const words = space > limit / 2 ? cut.slice(0, space) : cut.replace(/[\uD800-\uDBFF]$/, "");
  return `${words.replace(/[\s.,;:–—-]+$/u, "")}…`;
}
