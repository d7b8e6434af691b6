import styles from "./market-cards.module.css";

export interface DominanceRingProps {
  /** Percent of the whole market; null is unknown. */
  readonly btc: number | null;
  readonly eth: number | null;
}

const RADIUS = 36;

/** Two shares of a whole as a doughnut, for the eye alone. What is unknown is part of the rest, which has no number. */
export function DominanceRing({ btc, eth }: DominanceRingProps) {
  return (
    <svg className={styles.ring} viewBox="0 0 100 100" aria-hidden="true" focusable="false">
      <circle className={styles.ringRest} cx="50" cy="50" r={RADIUS} />
      {btc !== null && <Share name="btc" from={0} share={btc} />}
      {eth !== null && <Share name="eth" from={btc ?? 0} share={eth} />}
    </svg>
  );
}

interface ShareProps {
  readonly name: "btc" | "eth";
  readonly from: number;
  readonly share: number;
}

function Share({ name, from, share }: ShareProps) {
  return (
    <circle
      className={styles.ringShare}
      data-coin={name}
      cx="50"
      cy="50"
      r={RADIUS}
      pathLength="100"
      strokeDasharray={`${share} ${100 - share}`}
      // The first begins at the top.
      strokeDashoffset={25 - from}
    />
  );
}
