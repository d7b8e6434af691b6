import { type RefObject, useEffect, useState } from "react";

/** A quarter of a screen around it counts as in sight: who scrolls meets nothing that is still to change. */
const AROUND = "25% 0px";

/** Whether an element is on the screen or near it. Not before the browser has said so. */
export function useInSight(host: RefObject<Element | null>): boolean {
  const [isInSight, setInSight] = useState(false);
  useEffect(() => {
    if (host.current === null) return;
    const observer = new IntersectionObserver(
      (entries) => setInSight(entries.at(-1)?.isIntersecting === true),
      { rootMargin: AROUND },
    );
    observer.observe(host.current);
    return () => observer.disconnect();
  }, [host]);
  return isInSight;
}
