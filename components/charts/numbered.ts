export interface Numbered<T> {
  /** The place in the list, which is all the identity that rows and slices have. */
  readonly id: string;
  readonly index: number;
  readonly item: T;
}

/** Gives the items of a fixed list an identity that React can use as a key. */
export function numbered<T>(items: readonly T[]): readonly Numbered<T>[] {
  return items.map((item, index) => ({ id: String(index), index, item }));
}
