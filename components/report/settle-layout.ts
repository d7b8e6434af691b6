/**
 * The sections of a report that are off the screen are not laid out while the page opens
 * (`content-visibility` in report-content.css). This lays them out one by one while the browser has
 * nothing else to do, and all at once when the reader does something: links to sections must lead to
 * where the sections really are.
 *
 * @returns ends it
 */
export function settleLayout(): () => void {
  const waiting = [...document.querySelectorAll<HTMLElement>("#report-container > section")];
  const used = new AbortController();
  const options = { capture: true, passive: true, signal: used.signal };
  for (const event of ["pointerdown", "keydown", "wheel", "touchstart", "hashchange", "beforeprint"]) {
    addEventListener(event, showAll, options);
  }
  let cancel = whenIdle(next);

  function next(): void {
    const section = waiting.shift();
    if (section === undefined) {
      used.abort();
      return;
    }
    show(section);
    cancel = whenIdle(next);
  }

  function showAll(): void {
    used.abort();
    for (const section of waiting.splice(0)) show(section);
  }

  return () => {
    used.abort();
    cancel();
  };
}

function show(section: HTMLElement): void {
  section.style.contentVisibility = "visible";
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
