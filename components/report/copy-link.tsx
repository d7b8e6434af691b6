"use client";

import { useState } from "react";
import { Icon } from "../layout/icons";
import styles from "./report-actions.module.css";

export interface CopyLinkProps {
  /** Path of the report in this language. */
  readonly path: string;
  readonly texts: { readonly copy: string; readonly copied: string; readonly failed: string };
}

/** Copies the report's address, with the section that is in the address bar. */
export function CopyLink({ path, texts }: CopyLinkProps) {
  const [state, setState] = useState<"copy" | "copied" | "failed">("copy");

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
