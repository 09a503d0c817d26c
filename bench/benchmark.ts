/** What each file of bench/ exports a list of, and how one is measured. */

export interface Benchmark {
  readonly name: string;
  /** Does it so many times; returns how often it worked, so that nothing is optimised away. */
  run(times: number): number;
}

const ROUNDS = 7;
const ROUND_MS = 60;

/** Nanoseconds for one time: the best of several rounds, since everything that disturbs a round makes it slower. */
export function nanoseconds({ name, run }: Benchmark): number {
  let times = 1;
  while (timed(name, run, times) < ROUND_MS * 1e6) times *= 2;
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) best = Math.min(best, timed(name, run, times) / times);
  return best;
}

function timed(name: string, run: Benchmark["run"], times: number): number {
  const before = process.hrtime.bigint();
  const worked = run(times);
  const took = Number(process.hrtime.bigint() - before);
  if (worked !== times) throw new Error(`${name}: ${worked} of ${times} worked`);
  return took;
}
