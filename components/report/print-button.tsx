"use client";

import { Icon } from "../layout/icons";
import styles from "./report-actions.module.css";

export function PrintButton({ text }: { text: string }) {
  return (
    <button type="button" className={styles.action} data-needs-script onClick={() => print()}>
      <Icon name="print" />
      {text}
    </button>
  );
}
