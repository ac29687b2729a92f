/**
 * The smallest and the largest of many values: as arguments of Math.min and Math.max, about 120,000 overflow the call
 * stack. Of no values, they are Infinity and -Infinity.
 */
export function extremes(values: readonly number[]): { readonly smallest: number; readonly largest: number } {
  let smallest = Number.POSITIVE_INFINITY;
  let largest = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    smallest = Math.min(smallest, value);
    largest = Math.max(largest, value);
  }
  return { smallest, largest };
}
