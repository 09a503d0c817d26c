/** One run of reloading under load: what is measured, and what must hold of it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { scheduler } from "node:timers/promises";
import { systemClock } from "../../src/support/clock.ts";
import { BenchFailure } from "../kamailio/failure.ts";
import { type Processes, type Program, waitFor } from "../kamailio/processes.ts";
import { packageRoot, scenarios } from "../kamailio/scenario.ts";
import { Answerers, placeCalls } from "../kamailio/sipp.ts";
import { drops, freePorts } from "../kamailio/udp.ts";
import { Probe } from "./probe.ts";
import { LIST_FILE, listVersion, SCRIPT_FILE, save, scriptVersion, setOf, type Version } from "./saves.ts";

export interface LoadOptions {
  /** Calls a second. */
  readonly rate: number;
  readonly seconds: number;
  /** Of the script, and as many of the list. */
  readonly saves: number;
  /** For everything that is written. */
  readonly folder: string;
  readonly processes: Processes;
}

export interface LoadResult {
  readonly calls: number;
  readonly failed: number;
  readonly retransmissions: number;
  readonly callsPerSecond: number;
  /** Datagrams that the kernel threw away, a receive buffer being full: at the proxy, and at SIPp. */
  readonly drops: { readonly proxy: number; readonly sipp: number };
  /** Milliseconds from each good save until a request was routed by it. */
  readonly inForceMs: readonly number[];
  /** How often each broken save was reported with its place. */
  readonly reports: readonly { readonly mistakeAt: string; readonly times: number }[];
  /** Broken saves after which the version before did not serve. */
  readonly lost: readonly string[];
  /** Warnings and errors of the log that are about no broken save. */
  readonly others: readonly string[];
}

const IN_FORCE_LIMIT_MS = 1000;

export async function reloadUnderLoad(options: LoadOptions): Promise<LoadResult> {
  const { rate, seconds, saves, folder, processes } = options;
  const [proxyPort = 0, callerPort = 0, ...ports] = await freePorts(5);
  const [scenario] = scenarios;
  if (scenario === undefined) throw new BenchFailure("there is no scenario");
  const destinations = ports.map((port) => `sip:127.0.0.1:${port}`);
  const answerers = await Answerers.start(scenario, ports, folder, processes);
  const proxy = await startProxy(proxyPort, destinations, folder, processes);
  const probe = await Probe.open(proxyPort);
  try {
    const batch = { name: "load", calls: rate * seconds, rate, callerPort, proxyPort };
    const intervalMs = (seconds * 1000) / (saves + 1);
    const [calls, script, list] = await Promise.all([
      placeCalls(batch, scenario, folder, processes),
      saveAll(saves, intervalMs, intervalMs / 2, async (number) => {
        const version = scriptVersion(number);
        save(join(folder, SCRIPT_FILE), version);
        return settle(probe, proxy, version, "script", `script ${number}`, `script ${number - 1}`);
      }),
      saveAll(saves, intervalMs, intervalMs, async (number) => {
        const version = listVersion(number, destinations);
        save(join(folder, LIST_FILE), version);
        const user = String(setOf(version.mistakeAt === undefined ? number : number - 1));
        return settle(probe, proxy, version, user, "listed", "listed");
      }),
    ]);
    const outcomes = [...script, ...list];
    const lines = linesOf(proxy);
    const mistakes = outcomes.flatMap(({ version }) => version.mistakeAt ?? []);
    const answered = await answerers.counters();
    return {
      calls: calls.succeeded,
      failed: batch.calls - calls.succeeded,
      retransmissions: answered.reduce((sum, each) => sum + each.retransmissions, calls.retransmissions),
      callsPerSecond: calls.callsPerSecond,
      drops: { proxy: drops([proxyPort]), sipp: drops(ports) },
      inForceMs: outcomes.flatMap(({ inForceMs }) => inForceMs ?? []),
      reports: mistakes.map((mistakeAt) => ({
        mistakeAt,
        times: lines.filter(({ place }) => place === mistakeAt).length,
      })),
      lost: outcomes.flatMap(({ version, lost }) => (lost ? (version.mistakeAt ?? []) : [])),
      others: lines
        .filter(({ level, place }) => level >= 40 && !mistakes.includes(place ?? ""))
        .map(({ place = "", msg }) => `${place} ${msg}`),
    };
  } finally {
    probe.close();
    await processes.stop(proxy);
  }
}

/** What must hold, and does not. */
export function faults(result: LoadResult): string[] {
  const found: string[] = [];
  const { failed, retransmissions, inForceMs, reports, lost, others } = result;
  if (failed > 0) found.push(`${failed} calls failed`);
  if (retransmissions > 0) found.push(`${retransmissions} messages were sent again`);
  const late = inForceMs.filter((ms) => ms > IN_FORCE_LIMIT_MS).length;
  if (late > 0) found.push(`${late} good saves were not in force within ${IN_FORCE_LIMIT_MS} ms`);
  for (const { mistakeAt, times } of reports)
    if (times !== 1) found.push(`the mistake at ${mistakeAt} was reported ${times} times`);
  for (const mistakeAt of lost)
    found.push(`after the mistake at ${mistakeAt} the version before did not serve`);
  for (const other of others) found.push(`the log has: ${other}`);
  return found;
}

export function formatResult(result: LoadResult): string {
  const sorted = result.inForceMs.toSorted((a, b) => a - b);
  const ms = (value: number | undefined): string => `${Math.round(value ?? Number.NaN)} ms`;
  const once = result.reports.filter(({ times }) => times === 1).length;
  const inTime = sorted.filter((value) => value <= IN_FORCE_LIMIT_MS).length;
  return [
    `calls               ${result.calls} completed, ${result.failed} failed`,
    `rate                ${result.callsPerSecond.toFixed(1)} calls/s`,
    `retransmissions     ${result.retransmissions}`,
    `datagrams dropped   ${result.drops.proxy} at the proxy, ${result.drops.sipp} at the answerers`,
    `good saves          ${inTime} of ${sorted.length} in force within ${IN_FORCE_LIMIT_MS} ms`,
    `until in force      median ${ms(sorted[Math.floor(sorted.length / 2)])}, longest ${ms(sorted.at(-1))}`,
    `broken saves        ${once} of ${result.reports.length} reported once, with file, line and column`,
    `the one before      served after ${result.reports.length - result.lost.length} of ${result.reports.length}`,
  ].join("\n");
}

interface Outcome {
  readonly version: Version;
  readonly inForceMs?: number;
  readonly lost?: boolean;
}

/** Numbers 1 to `count`, one each interval. */
async function saveAll(
  count: number,
  intervalMs: number,
  firstAfterMs: number,
  run: (number: number) => Promise<Outcome>,
): Promise<Outcome[]> {
  const began = systemClock.now();
  const outcomes: Outcome[] = [];
  for (let number = 1; number <= count; number++) {
    const at = began + firstAfterMs + (number - 1) * intervalMs;
    await scheduler.wait(Math.max(0, at - systemClock.now()));
    outcomes.push(await run(number));
  }
  return outcomes;
}

/** Waits until a good version serves, or until a broken one is reported and then asks what serves. */
async function settle(
  probe: Probe,
  proxy: Program,
  version: Version,
  user: string,
  answer: string,
  answerBefore: string,
): Promise<Outcome> {
  const { mistakeAt } = version;
  if (mistakeAt === undefined)
    return { version, inForceMs: await probe.until(user, answer, 3 * IN_FORCE_LIMIT_MS) };
  await waitFor(() => linesOf(proxy).some(({ place }) => place === mistakeAt), 3 * IN_FORCE_LIMIT_MS);
  return { version, lost: (await probe.ask(user)) !== answerBefore };
}

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly place?: string;
}

function linesOf(proxy: Program): Line[] {
  const lines = proxy.output().split("\n").slice(0, -1);
  return lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as Line);
}

async function startProxy(
  port: number,
  destinations: readonly string[],
  folder: string,
  processes: Processes,
): Promise<Program> {
  writeFileSync(join(folder, SCRIPT_FILE), scriptVersion(0).text);
  writeFileSync(join(folder, LIST_FILE), listVersion(0, destinations).text);
  const main = join(packageRoot, "dist/src/main.js");
  const options = ["--listen", `udp:127.0.0.1:${port}`, "--routes", SCRIPT_FILE, "--list", LIST_FILE];
  const program = await processes.start("signalbox", [process.execPath, main, "run", ...options]);
  const started = () => linesOf(program).some(({ msg }) => msg === "Signalbox is running");
  await waitFor(() => started() || program.outcome() !== undefined, 15_000);
  if (!started()) throw new BenchFailure("signalbox did not start", program.output());
  return program;
}
