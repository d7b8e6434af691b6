"use client";

import { useEffect, useState } from "react";
import { Icon } from "../layout/icons";
import styles from "./report-actions.module.css";

export interface CopyLinkProps {
  /** Path of the report in this language. */
  readonly path: string;
  readonly texts: { readonly copy: string; readonly copied: string; readonly failed: string };
}

const TOLD_MS = 3_000;

/** Copies the report's address, with the section that is in the address bar. */
export function CopyLink({ path, texts }: CopyLinkProps) {
  const [state, setState] = useState<"copy" | "copied" | "failed">("copy");

  // Not when the button loses the focus alone: Safari gives none to a button that is clicked.
  useEffect(() => {
    if (state === "copy") return;
    const timer = setTimeout(() => setState("copy"), TOLD_MS);
    return () => clearTimeout(timer);
  }, [state]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(location.origin + path + location.hash);
      setState("copied");
    } catch {
      setState("failed");
    }
  };

  return (
    <button
      type="button"
      className={styles.action}
      data-needs-script
      onClick={copy}
      onBlur={() => setState("copy")}
    >
      <Icon name="link" />
      <span aria-live="polite">{texts[state]}</span>
    </button>
  );
}
