/** The dice. The only file that names Math.random or crypto, so that tests can use a seeded sequence. */
import { randomBytes } from "node:crypto";

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [0, n). */
  below(n: number): number;
}

export const systemRandom: Random = {
  next: () => Math.random(),
  below: (n) => Math.floor(Math.random() * n),
};

/** Mulberry32: the same seed gives the same sequence. For tests and simulation, never for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return { next, below: (n) => Math.floor(next() * n) };
}

/** `bytes` unpredictable bytes in hexadecimal: for tags and keys. */
export function randomHex(bytes: number): string {
  return randomBytes(bytes).toString("hex");
}
