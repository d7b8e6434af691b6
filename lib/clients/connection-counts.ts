/** Sockets of a pool: what the postgres client lets be known of it. */
export interface ConnectionCounts {
  readonly open: number;
  /** Since the pool was created. */
  readonly opened: number;
  readonly failed: number;
}

/** Is told of each socket. */
export interface ConnectionCounter {
  opened(): void;
  closed(): void;
  failed(): void;
}

export function createConnectionCounter(): ConnectionCounter & { counts(): ConnectionCounts } {
  let open = 0;
  let opened = 0;
  let failed = 0;
  return {
    opened() {
      open++;
      opened++;
    },
    closed: () => void open--,
    failed: () => void failed++,
    counts: () => ({ open, opened, failed }),
  };
}
