"use client";

import { useLayoutEffect } from "react";
import { onFirstInput } from "../layout/first-input";
import { layOut, layOutAll, reportPieces } from "../layout/report-sections";

/** For how long pieces are laid out in one go, in milliseconds: a frame must remain a frame. */
const SLICE_MS = 4;

/**
 * The pieces of a report that are off the screen are not laid out while the page opens
 * (`content-visibility` in report-content.css). This lays them out bit by bit while the browser has
 * nothing else to do, and all at once when the reader does something or the page is scrolled: links to
 * sections must lead to where the sections really are, and what is on the screen must not move under a pointer.
 */
export function SettleLayout() {
  // Before the router scrolls to a section that the address names.
  useLayoutEffect(settleLayout, []);
  return null;
}

function settleLayout(): () => void {
  const waiting = reportPieces();
  const ignoreInput = onFirstInput(settle, ["scroll", "hashchange", "beforeprint"]);
  let cancel = whenIdle(slice);
  if (location.hash || scrollY > 0) settle();

  function slice(): void {
    const end = performance.now() + SLICE_MS;
    do {
      const piece = waiting.shift();
      if (piece === undefined) {
        settle();
        return;
      }
      layOut(piece);
      // Reading it does the layout now, so that its time counts.
      piece.getBoundingClientRect();
    } while (performance.now() < end);
    cancel = whenIdle(slice);
  }

  function settle(): void {
    stop();
    layOutAll();
  }

  function stop(): void {
    ignoreInput();
    cancel();
  }

  return stop;
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
