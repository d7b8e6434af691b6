import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { formatAge, formatDate, formatNumber, formatShare, formatTime } from "@/lib/i18n/format";
import type { HitRates } from "@/lib/observability/cache-report";
import type { Health, HealthStatus } from "@/lib/observability/health";
import styles from "./status-view.module.css";

export interface DependencyRow {
  readonly name: string;
  readonly status: HealthStatus;
  readonly since: Date;
  /** Milliseconds; null where nothing was measured. */
  readonly latencyMs: number | null;
}

export interface StatusViewProps {
  readonly status: Health["status"];
  readonly checkedAt: Date | null;
  readonly dependencies: readonly DependencyRow[];
  readonly hitRates: HitRates;
  /** Since when this process counts. */
  readonly startedAt: Date;
  /** Null: there is no report. Undefined: it could not be read. */
  readonly newestReportAt: Date | null | undefined;
  readonly now: Date;
}

/** How the site does, for a person who wonders. Holds nothing that helps an attacker. */
export function StatusView(props: StatusViewProps) {
  const t = useTranslations("Status");
  return (
    <div className={styles.page}>
      <h1>{t("title")}</h1>
      {/* messages: Status.overall.* */}
      <p className={styles.overall} data-status={props.status}>
        {t(`overall.${props.status}`)}
      </p>
      <Dependencies {...props} />
      <Reads {...props} />
      <Data {...props} />
      <p className={styles.note}>{t("oneProcess")}</p>
    </div>
  );
}

const NAMES = ["postgres", "redis", "cache", "invalidations", "migrations", "publishing", "market"] as const;

function Dependencies({ dependencies, now }: StatusViewProps) {
  const locale = useLocale();
  const t = useTranslations("Status");
  return (
    <section>
      <h2>{t("parts")}</h2>
      <ul className={styles.parts}>
        {NAMES.map((name) => {
          const part = dependencies.find((dependency) => dependency.name === name);
          if (part === undefined) return null;
          const latency = part.latencyMs !== null && Math.max(1, Math.round(part.latencyMs));
          return (
            <li key={name}>
              {/* messages: Status.dependency.* */}
              <strong>{t(`dependency.${name}`)}</strong>
              {/* messages: Status.state.* */}
              <span className={styles.state} data-status={part.status}>
                {t(`state.${part.status}`)}
              </span>
              <small>
                {t("since", { age: formatAge(locale, now.getTime() - part.since.getTime()) })}
                {latency && ` · ${t("latency", { ms: formatNumber(locale, latency) })}`}
              </small>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Reads({ hitRates }: StatusViewProps) {
  const locale = useLocale();
  const t = useTranslations("Status");
  const { all, memory, redis, reads } = hitRates;
  if (all === null || memory === null || redis === null) {
    return (
      <section>
        <h2>{t("reads")}</h2>
        <p>{t("noReads")}</p>
      </section>
    );
  }
  return (
    <section>
      <h2>{t("reads")}</h2>
      <dl className={styles.figures}>
        <Figure name={t("readsAll")}>{formatShare(locale, all)}</Figure>
        <Figure name={t("readsMemory")}>{formatShare(locale, memory)}</Figure>
        <Figure name={t("readsRedis")}>{formatShare(locale, redis)}</Figure>
        <Figure name={t("readsCount")}>{formatNumber(locale, reads)}</Figure>
      </dl>
    </section>
  );
}

function Data({ newestReportAt, checkedAt, startedAt, now }: StatusViewProps) {
  const locale = useLocale();
  const t = useTranslations("Status");
  const moment = (at: Date) => (
    <>
      <time dateTime={at.toISOString()}>
        {formatTime(locale, at)}, {formatDate(locale, at)}
      </time>
      <small>{formatAge(locale, now.getTime() - at.getTime())}</small>
    </>
  );
  return (
    <section>
      <h2>{t("data")}</h2>
      <dl className={styles.figures}>
        <Figure name={t("newestReport")}>
          {newestReportAt
            ? moment(newestReportAt)
            : t(newestReportAt === null ? "noReport" : "state.unknown")}
        </Figure>
        <Figure name={t("checked")}>{checkedAt ? moment(checkedAt) : t("state.unknown")}</Figure>
        <Figure name={t("running")}>{moment(startedAt)}</Figure>
      </dl>
    </section>
  );
}

function Figure({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
