/**
 * Seeded random numbers that do not depend on who asks first.
 *
 * A stream is opened by a seed and a path of words and numbers: `openRandom(7, "crop", epoch, item)`. The crop of
 * an item is then the same whichever worker draws it, and however many there are.
 */
export interface Random {
  /** A number in [0, 1), with 32 random bits. */
  next(): number;
  /** A whole number in [0, below). */
  below(below: number): number;
  /** A number from the standard normal distribution. */
  normal(): number;
  /** A new array with the items in random order (Fisher–Yates). */
  shuffled<T>(items: readonly T[]): T[];
}

/** Opens the stream that `seed` and `path` name. The same arguments give the same numbers, on every machine. */
export function openRandom(seed: number, ...path: readonly (string | number)[]): Random {
  const key = fnv1a([seed, ...path].join("\u0000"));
  let count = 0;
  const next = () => unit(key, count++);
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    next,
    below,
    // Box–Muller; 1 − u keeps the logarithm off zero.
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    shuffled: (items) => {
      const order = [...items];
      for (let i = order.length - 1; i > 0; i--) {
        const j = below(i + 1);
        [order[i], order[j]] = [order[j]!, order[i]!];
      }
      return order;
    },
  };
}

/**
 * The `i`-th number in [0, 1) of the sequence `key`: the finaliser of MurmurHash3 (Austin Appleby, public domain)
 * over a Weyl sequence. Counter-based, so any element can be had without those before it.
 */
export function unit(key: number, i: number): number {
  let x = (Math.imul(i, 0x9e3779b1) ^ key) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
}

/** 32-bit FNV-1a of the text's UTF-8 bytes (Fowler, Noll & Vo, public domain). */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
