import { GUEST_DOM } from "./guest-dom";
import { GUEST_ENTRY } from "./guest-entry";
import { GUEST_EVENTS } from "./guest-events";
import { GUEST_INTL } from "./guest-intl";
import { GUEST_INTRINSICS } from "./guest-intrinsics";
import { GUEST_RECORDERS } from "./guest-recorders";
import { GUEST_SELECTORS } from "./guest-selectors";
import { GUEST_TIMERS } from "./guest-timers";
import { GUEST_WINDOW } from "./guest-window";

/** What the guest page is told when it is built, as JSON text. */
export interface GuestConfig {
  readonly elements: readonly unknown[];
  /** BCP 47 tag of `navigator.language`. */
  readonly locale: string;
  /** The present that the script starts in, milliseconds since 1970. */
  readonly date: number;
  readonly entryNames: readonly string[];
  readonly pointsPerChart: number;
  readonly pendingTimers: number;
  readonly virtualMs: number;
}

/** The entry function's names by the language of the page, the one that is tried first in front. */
export const ENTRY_NAMES = {
  vi: ["initializeAllVisuals_report", "initializeAllVisuals_report_en"],
  en: ["initializeAllVisuals_report_en", "initializeAllVisuals_report"],
} as const;

const WATCH_NAME = "__watchEntry";

/**
 * Stands before the report's code on its first line; see `guest-entry.ts`. The name it uses is gone
 * when that code starts.
 */
export const SCRIPT_PREFIX = [
  `${WATCH_NAME}();`,
  ...ENTRY_NAMES.vi.map((name) => `try{${name}=${WATCH_NAME}(${name})}catch{}`),
  `delete globalThis.${WATCH_NAME};`,
].join("");

/**
 * The page that the report's script finds itself in: JavaScript for QuickJS, an expression whose value
 * is a function `(record, fail, format, configText) => page`. The first three are the host's; they take
 * and return strings only, and the report's code cannot reach them. Its parts share one scope.
 */
export const GUEST_PAGE = `(function (record, fail, format, configText) {
  "use strict";
  const config = JSON.parse(configText);
${GUEST_INTRINSICS}
${GUEST_EVENTS}
${GUEST_TIMERS}
${GUEST_SELECTORS}
${GUEST_DOM}
${GUEST_WINDOW}
${GUEST_INTL}
${GUEST_RECORDERS}
  const watchName = "${WATCH_NAME}";
${GUEST_ENTRY}
  return {
    load() {
      beginPhase();
      becomeReady();
    },
    complete: becomeComplete,
    enter() {
      beginPhase();
      enter();
    },
    runNextTimer,
    // What the evaluation of the script came to; they answer whether any of it ran.
    returned(value) {
      reportRejection(value);
      return true;
    },
    threw(error) {
      if (started) report(error);
      else fail("syntax", describe(error));
      return started;
    },
  };
})`;
