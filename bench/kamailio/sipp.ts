/**
 * The two ends of the calls: three SIPp answerers that stay, and a SIPp caller for each batch of calls. SIPp writes its
 * counters to a semicolon-separated file every second; the last line holds the totals.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { scheduler } from "node:timers/promises";
import { BenchFailure } from "./failure.ts";
import { type Processes, type Program, waitFor } from "./processes.ts";
import type { Scenario } from "./scenario.ts";
import { isBound } from "./udp.ts";

export interface Counters {
  /** Calls that came in (of an answerer) or went out (of a caller). */
  readonly calls: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Messages that SIPp itself sent again because nothing came within 500 ms, 1 s, 2 s ... */
  readonly retransmissions: number;
  /** Calls a second over the whole batch: below the rate asked for when the machine does not keep up. */
  readonly callsPerSecond: number;
}

interface Answerer {
  readonly program: Program;
  readonly port: number;
  readonly statistics: string;
}

const common = ["-i", "127.0.0.1", "-nostdin", "-trace_stat", "-fd", "1"];
/** One report interval and a little: after it, the file of an idle SIPp holds its final totals. */
const REPORT_INTERVAL_MS = 1200;

export class Answerers {
  readonly #answerers: readonly Answerer[];

  private constructor(answerers: readonly Answerer[]) {
    this.#answerers = answerers;
  }

  static async start(
    scenario: Scenario,
    ports: readonly number[],
    folder: string,
    processes: Processes,
  ): Promise<Answerers> {
    const answerers: Answerer[] = [];
    for (const port of ports) {
      const statistics = join(folder, `answerer-${port}.csv`);
      const argv = ["sipp", "-sf", scenario.answerer, "-p", String(port), ...common, "-stf", statistics];
      answerers.push({ program: await processes.start(`SIPp answerer ${port}`, argv), port, statistics });
    }
    for (const { program, port } of answerers) {
      const settled = () => isBound(port) || program.outcome() !== undefined;
      if ((await waitFor(settled, 5000)) && program.outcome() === undefined) continue;
      throw new BenchFailure(`${program.name} did not start`, program.output());
    }
    return new Answerers(answerers);
  }

  /** Totals of each answerer since its start. Takes a report interval, and is exact only when no call is going on. */
  async counters(): Promise<Counters[]> {
    await scheduler.wait(REPORT_INTERVAL_MS);
    return this.#answerers.map(({ program, statistics }) => {
      if (program.outcome() !== undefined)
        throw new BenchFailure(`${program.name} has ended`, program.output());
      return lastCounters(statistics, program);
    });
  }
}

export interface Batch {
  readonly name: string;
  readonly calls: number;
  /** Calls a second. */
  readonly rate: number;
  readonly callerPort: number;
  readonly proxyPort: number;
}

/**
 * A call that hears nothing for so long has failed. It is needed: a caller stops sending its INVITE again when it has a
 * 100 (RFC 3261 17.1.1.2), and a stateless proxy does not send it again either, so an INVITE lost behind the proxy
 * would leave the call open for ever.
 */
const SILENCE_LIMIT_MS = 8000;

/** Places a batch of calls and waits for the last to end. Failed calls are counted, not thrown. */
export async function placeCalls(
  batch: Batch,
  scenario: Scenario,
  folder: string,
  processes: Processes,
): Promise<Counters> {
  const program = await startCaller(batch, scenario, folder, processes, []);
  return lastCounters(statisticsOf(batch, folder), program);
}

/**
 * One call with its messages recorded: it must succeed, and the caller must have seen what the scenario lists.
 * Rejects with BenchFailure that says what was missing.
 */
export async function trialCall(
  batch: Omit<Batch, "calls" | "rate">,
  scenario: Scenario,
  folder: string,
  processes: Processes,
): Promise<void> {
  const messages = join(folder, `${batch.name}-messages.log`);
  const full: Batch = { ...batch, calls: 1, rate: 1 };
  const trace = ["-trace_msg", "-message_file", messages];
  const program = await startCaller(full, scenario, folder, processes, trace);
  const { succeeded } = lastCounters(statisticsOf(full, folder), program);
  const seen = readFileSync(messages, "latin1");
  if (succeeded !== 1) {
    throw new BenchFailure(
      "The trial call failed; nothing was measured. The last messages of the caller:",
      seen,
    );
  }
  for (const { what, pattern } of scenario.callerMustSee) {
    if (!pattern.test(seen))
      throw new BenchFailure(`The trial call went through, but without ${what}.`, seen);
  }
}

async function startCaller(
  batch: Batch,
  scenario: Scenario,
  folder: string,
  processes: Processes,
  more: readonly string[],
): Promise<Program> {
  const argv = [
    ...[
      "sipp",
      "-sf",
      scenario.caller,
      `127.0.0.1:${batch.proxyPort}`,
      "-p",
      String(batch.callerPort),
      ...common,
    ],
    ...["-stf", statisticsOf(batch, folder), "-r", String(batch.rate), "-m", String(batch.calls)],
    // As many calls at once as there are: a proxy that falls behind must show it, not slow the caller down.
    ...["-l", String(batch.calls), "-recv_timeout", String(SILENCE_LIMIT_MS), ...more],
  ];
  const program = await processes.start(`SIPp caller ${batch.name}`, argv);
  // The last call may wait for a 200 to its INVITE and again for one to its BYE.
  await processes.ended(program, (batch.calls / batch.rate) * 1500 + 2 * SILENCE_LIMIT_MS + 10_000);
  return program;
}

const statisticsOf = (batch: Batch, folder: string): string => join(folder, `${batch.name}.csv`);

function lastCounters(file: string, program: Program): Counters {
  let lines: string[];
  try {
    lines = readFileSync(file, "latin1").trim().split("\n");
  } catch {
    throw new BenchFailure(`${program.name} wrote no statistics`, program.output());
  }
  const titles = lines[0]!.split(";");
  const values = lines.at(-1)!.split(";");
  const value = (title: string): number => {
    const number = Number(values[titles.indexOf(title)]);
    if (Number.isNaN(number))
      throw new BenchFailure(`SIPp's statistics have no number under ${title} in ${file}`);
    return number;
  };
  return {
    calls: value("TotalCallCreated"),
    succeeded: value("SuccessfulCall(C)"),
    failed: value("FailedCall(C)"),
    retransmissions: value("Retransmissions(C)"),
    callsPerSecond: value("CallRate(C)"),
  };
}
