/** Members that are visited before requests get their turn again. */
const SLICE = 200;

/**
 * Goes through a set that may be large and may change meanwhile. The returned function begins a round: every
 * member is visited after it was called, a slice at once and the others later. Rounds that are asked for during
 * another one become one more.
 */
export function createRounds<T>(members: ReadonlySet<T>, visit: (member: T) => void): () => void {
  let under: Iterator<T> | undefined;
  let isAskedFor = false;

  function goOn(): void {
    for (let visited = 0; visited < SLICE; ) {
      if (under === undefined) {
        if (!isAskedFor) return;
        isAskedFor = false;
        under = members.values();
      }
      const { value, done } = under.next();
      if (done) under = undefined;
      else {
        visit(value);
        visited++;
      }
    }
    setImmediate(goOn);
  }

  return () => {
    isAskedFor = true;
    if (under === undefined) goOn();
  };
}
