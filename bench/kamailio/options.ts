/** The command line of the comparison. */
import { parseArgs } from "node:util";
import { BenchFailure } from "./failure.ts";
import type { Load } from "./measure.ts";
import { defaultSignalboxCommand, type ProxyName, proxyNames } from "./proxies.ts";
import { type Scenario, scenarios } from "./scenario.ts";

export interface Options {
  readonly scenario: Scenario;
  readonly proxies: readonly ProxyName[];
  readonly runs: number;
  readonly load: Load;
  readonly signalboxCommand: string;
}

export const usage = `Usage: npm run bench:kamailio -- [options]

Compares the CPU that Kamailio and Signalbox use for the same route and the same calls, one worker each.

  --scenario NAME      ${scenarios.map((one) => `${one.name}: ${one.summary}`).join("\n                       ")}
  --only A,B           of ${proxyNames.join(", ")} (default: all, in this order)
  --runs N             how often to measure each (default 1); medians are printed when more than 1
  --rate N             calls a second (default 2000)
  --calls N            counted calls (default 20000)
  --warmup N           calls before those (default 6000)
  --signalbox COMMAND  a shell command; {port}, {routes} and {list} are filled in, the package is its folder
                       (default: ${defaultSignalboxCommand})
  --help
`;

/** Reads the arguments; undefined when help was asked for. Throws BenchFailure that names the wrong option. */
export function parseOptions(args: readonly string[]): Options | undefined {
  const values = parse(args);
  if (values.help === true) return undefined;
  const scenario = scenarios.find((one) => one.name === (values.scenario ?? scenarios[0]!.name));
  if (scenario === undefined) {
    const known = scenarios.map((one) => one.name).join(", ");
    throw new BenchFailure(`--scenario: got ${values.scenario}, there are: ${known}`);
  }
  return {
    scenario,
    proxies: parseOnly(values.only),
    runs: whole("runs", values.runs, 1, 1, 100),
    load: {
      rate: whole("rate", values.rate, 2000, 1, 100_000),
      calls: whole("calls", values.calls, 20_000, 1, 1_000_000),
      warmup: whole("warmup", values.warmup, 6000, 0, 1_000_000),
    },
    signalboxCommand: values.signalbox ?? defaultSignalboxCommand,
  };
}

function parse(args: readonly string[]) {
  const string = { type: "string" } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        scenario: string,
        only: string,
        runs: string,
        rate: string,
        calls: string,
        warmup: string,
        signalbox: string,
        help: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw new BenchFailure(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}

function parseOnly(value: string | undefined): readonly ProxyName[] {
  if (value === undefined) return proxyNames;
  const wanted = value.split(",");
  for (const name of wanted) {
    if (!proxyNames.some((known) => known === name)) {
      throw new BenchFailure(`--only: got ${JSON.stringify(name)}, there are: ${proxyNames.join(", ")}`);
    }
  }
  return proxyNames.filter((name) => wanted.includes(name));
}

function whole(
  name: string,
  text: string | undefined,
  otherwise: number,
  least: number,
  most: number,
): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new BenchFailure(
    `--${name}: got ${JSON.stringify(text)}, a whole number from ${least} to ${most} is needed`,
  );
}
