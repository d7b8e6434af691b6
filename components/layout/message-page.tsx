import type { ReactNode } from "react";
import styles from "./message-page.module.css";

export interface MessagePageProps {
  /** "404", say. */
  readonly code?: string;
  readonly title: string;
  readonly text: string;
  /** What the visitor can do now: links or a button. */
  readonly children: ReactNode;
}

/** A page that has only a message: not found, or failed. */
export function MessagePage({ code, title, text, children }: MessagePageProps) {
  return (
    <div className={styles.page}>
      {code && <p className={styles.code}>{code}</p>}
      <h1>{title}</h1>
      <p>{text}</p>
      <div className={styles.actions}>{children}</div>
    </div>
  );
}
