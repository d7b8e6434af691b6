// @ts-check
/**
 * @param {readonly number[]} values
 * @returns {number} the lower of the two middle ones when their number is even
 */
export function median(values) {
  return quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}

/**
 * @param {readonly number[]} ascending
 * @param {number} share 0 to 1
 */
export function quantile(ascending, share) {
  return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? Number.NaN;
}
