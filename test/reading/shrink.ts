import type { Bytes } from "./messages.ts";

const MOST_ROUNDS = 30;

/**
 * Makes a message smaller as long as it still shows a difference.
 *
 * @param findDiffering the index of the first candidate that does; -1 if none does
 */
export async function shrink(
  message: Bytes,
  findDiffering: (candidates: readonly Buffer[]) => Promise<number>,
): Promise<Bytes> {
  let smallest = message;
  for (let round = 0; round < MOST_ROUNDS && smallest !== null; round++) {
    const candidates = smaller(smallest);
    const found = candidates.length === 0 ? -1 : await findDiffering(candidates);
    if (found < 0) break;
    smallest = candidates[found] ?? smallest;
  }
  return smallest;
}

/** The message with one part removed, the largest parts first. */
function smaller(message: Buffer): Buffer[] {
  const candidates: Buffer[] = [];
  for (let size = Math.ceil(message.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at + size <= message.length; at += size) {
      candidates.push(Buffer.concat([message.subarray(0, at), message.subarray(at + size)]));
    }
  }
  return candidates;
}
