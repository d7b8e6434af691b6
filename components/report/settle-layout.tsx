"use client";

import { useEffect } from "react";
import { onFirstInput } from "../layout/first-input";
import { layOut, reportSections } from "../layout/report-sections";

/**
 * The sections of a report that are off the screen are not laid out while the page opens
 * (`content-visibility` in report-content.css). This lays them out one by one while the browser has
 * nothing else to do, and all at once when the reader does something: links to sections must lead to
 * where the sections really are.
 */
export function SettleLayout() {
  useEffect(settleLayout, []);
  return null;
}

function settleLayout(): () => void {
  const waiting = reportSections();
  const ignoreInput = onFirstInput(() => {
    waiting.splice(0).forEach(layOut);
  }, ["hashchange", "beforeprint"]);
  let cancel = whenIdle(next);

  function next(): void {
    const section = waiting.shift();
    if (section === undefined) {
      ignoreInput();
      return;
    }
    layOut(section);
    cancel = whenIdle(next);
  }

  return () => {
    ignoreInput();
    cancel();
  };
}

function whenIdle(task: () => void): () => void {
  // Safari has no requestIdleCallback.
  if (!("requestIdleCallback" in window)) {
    const timer = setTimeout(task, 20);
    return () => clearTimeout(timer);
  }
  const callback = requestIdleCallback(task, { timeout: 200 });
  return () => cancelIdleCallback(callback);
}
