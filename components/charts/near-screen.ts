import { type RefObject, useEffect, useState } from "react";

/** How far below the screen a chart is when it starts to load. */
const LOAD_AHEAD = "400px 0px";
/** What rests out of sight goes on this near to the screen: who scrolls meets nothing that is still to change. */
const REST_BEYOND = "25% 0px";

/** Whether an element has come near the screen, once. */
export function useNearScreen(host: RefObject<Element | null>): boolean {
  return useSight(host, LOAD_AHEAD, true);
}

/** Whether an element is on the screen or near it. Not before the browser has said so. */
export function useInSight(host: RefObject<Element | null>): boolean {
  return useSight(host, REST_BEYOND, false);
}

/** @param isOnce whether it stays true from the first time on */
function useSight(host: RefObject<Element | null>, around: string, isOnce: boolean): boolean {
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    if (host.current === null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        const isNow = entries.at(-1)?.isIntersecting === true;
        setNear(isNow);
        if (isNow && isOnce) observer.disconnect();
      },
      { rootMargin: around },
    );
    observer.observe(host.current);
    return () => observer.disconnect();
  }, [host, around, isOnce]);
  return isNear;
}
