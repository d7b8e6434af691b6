/** One worker's part of what all workers have together, such as connections: at least one. */
export function shareOf(total: number, workers: number): number {
  return Math.max(1, Math.floor(total / workers));
}
