"use client";

import { useEffect, useRef, useState } from "react";
import type { Section } from "@/lib/reports/document/model";
import { Icon } from "../layout/icons";
import styles from "./section-nav.module.css";

export interface SectionNavProps {
  readonly sections: readonly Section[];
  readonly texts: {
    readonly contents: string;
    readonly open: string;
    readonly close: string;
    readonly progress: string;
  };
  /** The language of the section titles, where it is not the page's. */
  readonly lang?: "vi" | undefined;
}

const DRAWER = "site-contents";

/**
 * The report's contents: a sidebar where there is room, else a drawer. The drawer is a popover, so
 * that it opens without script too; script adds the current section and the progress.
 */
export function SectionNav({ sections, texts, lang }: SectionNavProps) {
  const current = useCurrentSection(sections);
  const drawer = useRef<HTMLElement>(null);

  return (
    <>
      <ReadingProgress label={texts.progress} />
      <button
        type="button"
        className={styles.open}
        popoverTarget={DRAWER}
        aria-label={`${texts.contents}: ${texts.open}`}
      >
        <Icon name="contents" />
        {texts.contents}
      </button>
      <nav
        ref={drawer}
        id={DRAWER}
        popover="auto"
        className={styles.nav}
        aria-labelledby="site-contents-title"
      >
        <div className={styles.head}>
          <h2 id="site-contents-title">{texts.contents}</h2>
          <button
            type="button"
            className={styles.close}
            popoverTarget={DRAWER}
            popoverTargetAction="hide"
            aria-label={texts.close}
          >
            <Icon name="close" />
          </button>
        </div>
        <ol lang={lang}>
          {sections.map(({ id, title }) => (
            <li key={id}>
              <a
                href={`#${encodeURIComponent(id)}`}
                aria-current={id === current ? "location" : undefined}
                onClick={() => drawer.current?.hidePopover()}
              >
                {title}
              </a>
            </li>
          ))}
        </ol>
      </nav>
    </>
  );
}

/** The last section whose beginning has passed the upper third of the window. */
function useCurrentSection(sections: readonly Section[]): string | null {
  const [current, setCurrent] = useState<string | null>(sections[0]?.id ?? null);

  useEffect(() => {
    return onScroll(() => {
      const line = innerHeight / 3;
      const passed = sections.findLast(({ id }) => {
        const section = document.getElementById(id);
        return section !== null && section.getBoundingClientRect().top <= line;
      });
      setCurrent((passed ?? sections[0])?.id ?? null);
    });
  }, [sections]);

  return current;
}

function ReadingProgress({ label }: { label: string }) {
  const bar = useRef<HTMLDivElement>(null);

  useEffect(() => {
    return onScroll(() => {
      const report = document.getElementById("report-container");
      const element = bar.current;
      if (!report || !element) return;
      const { top, height } = report.getBoundingClientRect();
      const distance = height - innerHeight;
      const read = distance > 0 ? Math.min(1, Math.max(0, -top / distance)) : 1;
      // Written to the element: a state change for each scrolled frame would render for nothing.
      element.style.setProperty("--read", String(read));
      element.setAttribute("aria-valuenow", String(Math.round(read * 100)));
    });
  }, []);

  return (
    <div
      ref={bar}
      className={styles.progress}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={0}
    />
  );
}

/** Runs `update` now and at most once a frame while the page scrolls or changes its size. */
function onScroll(update: () => void): () => void {
  let frame = requestAnimationFrame(update);
  const schedule = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(update);
  };
  addEventListener("scroll", schedule, { passive: true });
  addEventListener("resize", schedule);
  return () => {
    cancelAnimationFrame(frame);
    removeEventListener("scroll", schedule);
    removeEventListener("resize", schedule);
  };
}
