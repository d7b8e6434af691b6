"use client";

import { useEffect } from "react";
import { rememberPreference } from "./preferences";
import { restoreReadingPosition, saveReadingPosition } from "./reading-position";
import styles from "./site-header.module.css";

export interface LanguageLinkProps {
  /** This page in the other language. */
  readonly href: string;
  /** This page. */
  readonly currentHref: string;
  readonly language: "vi" | "en";
  /** "EN": what is seen. */
  readonly short: string;
  /** "Read in English": the name, in the other language. */
  readonly label: string;
}

/**
 * Opens the same page in the other language, at the same place, and remembers the choice. An
 * ordinary link: the document's language changes, so the whole document is loaded.
 */
export function LanguageLink({ href, currentHref, language, short, label }: LanguageLinkProps) {
  useEffect(() => restoreReadingPosition(currentHref), [currentHref]);

  return (
    <a
      className={styles.button}
      href={href}
      hrefLang={language}
      lang={language}
      aria-label={`${short}: ${label}`}
      title={label}
      onClick={(event) => {
        rememberPreference("language", language);
        saveReadingPosition(href);
        event.currentTarget.href = href + location.hash;
      }}
    >
      {short}
    </a>
  );
}
