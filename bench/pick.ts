/** How long one selection takes, by algorithm: ten destinations, every part of the request there. */
import { BUILT_IN_ALGORITHMS } from "../src/dispatch/algorithms/index.ts";
import { Dispatcher } from "../src/dispatch/dispatcher.ts";
import { parseList } from "../src/dispatch/list.ts";
import { DEFAULT_DISPATCHER_PARAMS } from "../src/dispatch/params.ts";
import { systemClock } from "../src/support/clock.ts";
import { ProblemError } from "../src/support/problem.ts";
import { seededRandom } from "../src/support/random.ts";

export interface PickBenchmark {
  readonly name: string;
  /** Selects so many times; returns how often there was a choice, so that nothing is optimised away. */
  run(times: number): number;
}

const LINES = Array.from({ length: 10 }, (_, n) => `1 sip:10.0.0.${n} 0 0 duid=d${n};weight=10`);
const KEY = { user: "alice", hostport: "example.com" };
const INPUT = {
  method: "INVITE",
  callId: "f81d4fae-7dec-11d0-a765-00a0c91e6bf6@10.1.1.1",
  from: KEY,
  to: KEY,
  requestUri: KEY,
  authUser: "alice",
  hashText: "alice@example.com",
  sourceIp: "127.0.0.1",
};

export function pickBenchmarks(): PickBenchmark[] {
  const checks = { checkUri: () => undefined, checkSocket: () => undefined };
  const { list, problems } = parseList(LINES.join("\n"), "dispatcher.list", checks);
  if (list === undefined) throw new ProblemError(problems);
  const dispatcher = new Dispatcher({
    params: { ...DEFAULT_DISPATCHER_PARAMS, ds_hash_size: 8 },
    clock: systemClock,
    random: seededRandom(1),
    warn: () => undefined,
  });
  dispatcher.load(list, []);
  return BUILT_IN_ALGORITHMS.map(({ name }) => ({
    name: `pick ${name}`,
    run(times) {
      let chosen = 0;
      for (let n = 0; n < times; n++) if (dispatcher.select(1, name, INPUT)) chosen++;
      return chosen;
    },
  }));
}
