import { onFirstInput } from "./first-input";
import { layOutAll, reportSections } from "./report-sections";

/**
 * Where a reader is in a report, in terms that hold in its translation too: the number of the
 * section and how far into it. Kept for the one navigation between the two languages.
 */
interface ReadingPosition {
  readonly path: string;
  /** Index among the report's sections; -1 above the first. */
  readonly section: number;
  /** Part of the section (or of the page, above the first section) that is scrolled past, 0 to 1. */
  readonly fraction: number;
}

const KEY = "reading-position";

/** Remembers the position for the page at `path`, which is about to be opened. */
export function saveReadingPosition(path: string): void {
  const blocks = reportSections();
  const section = blocks.findLastIndex((block) => block.getBoundingClientRect().top <= probeLine() + 1);
  const block = blocks[section] ?? document.documentElement;
  const { top, height } = block.getBoundingClientRect();
  const position: ReadingPosition = {
    path,
    section,
    fraction: height > 0 ? (probeLine() - top) / height : 0,
  };
  try {
    sessionStorage.setItem(KEY, JSON.stringify(position));
  } catch {
    // The other language then opens at its beginning.
  }
}

/** Scrolls to a position saved for `path`, once. */
export function restoreReadingPosition(path: string): void {
  let saved: string | null = null;
  try {
    saved = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
  } catch {
    return;
  }
  const position = saved === null ? null : (JSON.parse(saved) as ReadingPosition);
  if (position === null || position.path !== path) return;
  const apply = () => {
    const block = reportSections()[position.section] ?? document.documentElement;
    const { top, height } = block.getBoundingClientRect();
    // Rounded down the page: the section that was current is so again.
    const target = Math.ceil(scrollY + top + position.fraction * height - probeLine());
    scrollTo({ top: target, behavior: "instant" });
  };
  // What is above the position would move it if it got its height later.
  layOutAll();
  keepApplying(apply);
}

/** For how long after it opened a page may still change its layout, in milliseconds. */
const SETTLING_MS = 5_000;

/**
 * While a page loads, fonts and charts change its layout, and the browser scrolls to the fragment of its
 * address: the position is applied again after each. A reader who scrolls meanwhile is left alone.
 */
function keepApplying(apply: () => void): void {
  // Observing calls back at once, too.
  const observer = new ResizeObserver(apply);
  observer.observe(document.body);
  const applyNextFrame = () => requestAnimationFrame(apply);
  addEventListener("load", applyNextFrame);
  const stop = () => {
    observer.disconnect();
    removeEventListener("load", applyNextFrame);
  };
  onFirstInput(stop);
  setTimeout(stop, SETTLING_MS);
}

/** The line below the header that decides which section is the current one, in CSS pixels. */
function probeLine(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).scrollPaddingBlockStart) || 0;
}
