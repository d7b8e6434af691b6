import { type RefObject, useEffect, useState } from "react";

/** How far below the screen a chart is when it starts to load. */
const LOAD_AHEAD = "400px 0px";

/** Whether an element has come near the screen, once. */
export function useNearScreen(host: RefObject<HTMLElement | null>): boolean {
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (host.current === null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        setNear(true);
        observer.disconnect();
      },
      { rootMargin: LOAD_AHEAD },
    );
    observer.observe(host.current);
    return () => observer.disconnect();
  }, [host]);
  return near;
}
