/** Words a minute: a careful reader of dense prose. Vietnamese counts syllable groups about alike. */
const WORDS_A_MINUTE = 220;

/** Whole minutes, at least one. */
export function readingMinutes(wordCount: number): number {
  return Math.max(1, Math.round(wordCount / WORDS_A_MINUTE));
}
