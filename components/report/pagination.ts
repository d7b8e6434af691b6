/** A page number, or a gap where pages were left out. */
export type PaginationItem = number | "gap";

/**
 * The pages to offer: 1, 2, p−2…p+2, n−1, n, ascending, with a gap where some are left out. A gap
 * that would hide one page only is that page.
 */
export function elidedPages(page: number, pageCount: number): PaginationItem[] {
  const offered = new Set([1, 2, page - 2, page - 1, page, page + 1, page + 2, pageCount - 1, pageCount]);
  const pages = [...offered].filter((n) => n >= 1 && n <= pageCount).sort((a, b) => a - b);
  return pages.flatMap((n, index): PaginationItem[] => {
    const skipped = n - (pages[index - 1] ?? 0) - 1;
    if (skipped === 0) return [n];
    return skipped === 1 ? [n - 1, n] : ["gap", n];
  });
}
