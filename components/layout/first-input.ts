/** What a reader does to a page, as opposed to what the page does by itself while it opens. */
const INPUT = ["pointerdown", "keydown", "wheel", "touchstart"];

/**
 * Calls `react` once, at the first input or at one of the other events named, before the page acts on it.
 *
 * @returns ends the wait
 */
export function onFirstInput(react: () => void, others: readonly string[] = []): () => void {
  const waiting = new AbortController();
  const once = () => {
    waiting.abort();
    react();
  };
  for (const event of [...INPUT, ...others]) {
    addEventListener(event, once, { capture: true, passive: true, signal: waiting.signal });
  }
  return () => waiting.abort();
}
