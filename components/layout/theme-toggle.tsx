"use client";

import { useEffect, useState } from "react";
import { Icon } from "./icons";
import { readPreference, rememberPreference } from "./preferences";
import styles from "./site-header.module.css";

type Theme = "system" | "light" | "dark";

const NEXT: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };

export interface ThemeToggleProps {
  /** What the button says in each state. */
  readonly labels: Readonly<Record<Theme, string>>;
}

/** Cycles through the system's theme, light and dark. The boot script has applied the choice already. */
export function ThemeToggle({ labels }: ThemeToggleProps) {
  const [theme, setTheme] = useState<Theme>("system");

  useEffect(() => {
    const remembered = readPreference("theme");
    if (remembered === "light" || remembered === "dark") setTheme(remembered);
  }, []);

  useEffect(() => {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => {
      if (readPreference("theme") === null) applyTheme("system");
    };
    // The system may have changed between the boot script and now.
    follow();
    system.addEventListener("change", follow);
    return () => system.removeEventListener("change", follow);
  }, []);

  const choose = (chosen: Theme) => {
    rememberPreference("theme", chosen === "system" ? null : chosen);
    applyTheme(chosen);
    setTheme(chosen);
  };

  return (
    <button
      type="button"
      className={styles.button}
      aria-label={labels[theme]}
      title={labels[theme]}
      data-needs-script
      onClick={() => choose(NEXT[theme])}
    >
      <Icon name={theme} />
    </button>
  );
}

function applyTheme(theme: Theme): void {
  const dark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}
