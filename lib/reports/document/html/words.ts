import type { Parent } from "./tree";

/** Letters and digits with what joins them in one word: "on-chain", "$118,420", "don't". */
const WORD = /[\p{L}\p{M}\p{N}]+(?:['’.,-][\p{L}\p{M}\p{N}]+)*/gu;

/**
 * Counts words of running text; in Vietnamese each syllable, as readers do. Not `Intl.Segmenter`: for
 * these two languages it finds the same words, in time that grows with the square of the text.
 */
export function countWords(parent: Parent): number {
  let count = 0;
  for (const child of parent.children) {
    if (child.type === "text") count += child.value.match(WORD)?.length ?? 0;
    else if (child.type === "element") count += countWords(child);
  }
  return count;
}
