import Link from "next/link";
import styles from "./breadcrumbs.module.css";

export interface Crumb {
  readonly text: string;
  /** Absent for the page itself. */
  readonly href?: string;
}

export function Breadcrumbs({ label, crumbs }: { label: string; crumbs: readonly Crumb[] }) {
  return (
    <nav aria-label={label} className={styles.breadcrumbs}>
      <ol>
        {crumbs.map(({ text, href }) => (
          <li key={text}>
            {href === undefined ? (
              <span aria-current="page">{text}</span>
            ) : (
              <Link href={href} prefetch={false}>
                {text}
              </Link>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
