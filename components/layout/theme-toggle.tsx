"use client";

import screenReader from "./hidden.module.css";
import { Icon } from "./icons";
import { rememberPreference } from "./preferences";
import styles from "./site-header.module.css";
import { THEME_CHOSEN, type ThemeChoice } from "./theme";

const CHOICES: readonly ThemeChoice[] = ["system", "light", "dark"];

export interface ThemeToggleProps {
  /** What the button says in each state. */
  readonly labels: Readonly<Record<ThemeChoice, string>>;
}

/**
 * Cycles through the system's theme, light and dark. It holds no state, and says all three: the style sheet
 * shows the one that the boot script has found, before React is there.
 */
export function ThemeToggle({ labels }: ThemeToggleProps) {
  return (
    <button type="button" className={styles.button} data-needs-script onClick={chooseNext}>
      {CHOICES.map((choice) => (
        <span key={choice} className={styles.choice} data-choice={choice} title={labels[choice]}>
          <Icon name={choice} />
          <span className={screenReader.hidden}>{labels[choice]}</span>
        </span>
      ))}
    </button>
  );
}

function chooseNext(): void {
  const { dataset } = document.documentElement;
  const before = CHOICES.indexOf(dataset.themeChoice as ThemeChoice);
  const chosen = CHOICES[(before + 1) % CHOICES.length] ?? "system";
  rememberPreference("theme", chosen === "system" ? null : chosen);
  dataset.themeChoice = chosen;
  dispatchEvent(new Event(THEME_CHOSEN));
}
