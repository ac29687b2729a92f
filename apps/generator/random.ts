/*
 * Randomness that depends only on the input, not on earlier calls: a text or a number is hashed (FNV-1a), and the hash
 * seeds a small generator (mulberry32). Both are public domain classics, fast, and good enough for signals, but not for
 * secrets.
 */

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a over the text's UTF-16 code units: an unsigned 32-bit integer. */
export function hashText(text: string): number {
  let hash = FNV_OFFSET;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
  return hash >>> 0;
}

/** Continues hashing from `hash` with an integer of up to 53 bits: an unsigned 32-bit integer. */
export function hashNumber(hash: number, value: number): number {
  const low = Math.imul(hash ^ (value >>> 0), FNV_PRIME);
  const high = Math.imul(low ^ (Math.floor(value / 2 ** 32) >>> 0), FNV_PRIME);
  // FNV barely mixes the upper bits of so short an input; MurmurHash3's finaliser does.
  let mixed = Math.imul(high ^ (high >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** mulberry32: each call returns the next number in [0, 1) of the seed's sequence. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Roughly a standard normal number (the sum of three uniform ones), but never outside [-3, 3]. */
export function boundedNormal(next: () => number): number {
  return (next() + next() + next() - 1.5) * 2;
}
