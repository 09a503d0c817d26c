/**
 * One measurement of one proxy: a trial call, the warm-up (V8 compiles, caches fill), then the counted calls.
 * CPU is read immediately before and after the counted calls; nothing of the start or of the warm-up is in it. What a
 * transaction layer cleans up seconds later falls outside, as the warm-up's share of that falls inside.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BenchFailure } from "./failure.ts";
import { cpuMicroseconds, type Memory, machineTime, memory } from "./proc.ts";
import type { Processes, Program } from "./processes.ts";
import { type Place, type ProxyName, proxyTitles, startProxy } from "./proxies.ts";
import type { Scenario } from "./scenario.ts";
import { Answerers, placeCalls, trialCall } from "./sipp.ts";
import { drops, freePorts } from "./udp.ts";

export interface Load {
  /** Calls a second. */
  readonly rate: number;
  readonly warmup: number;
  readonly calls: number;
}

export interface Measurement {
  readonly run: number;
  readonly proxy: ProxyName;
  /** Counted calls that were placed. */
  readonly calls: number;
  readonly cpuMicrosecondsPerCall: number;
  readonly failed: number;
  /** Sent by the caller, and by the answerers. */
  readonly retransmissions: number;
  /** Datagrams dropped at the proxy's port: it was too slow. */
  readonly proxyDrops: number;
  /** Datagrams dropped at the answerers' ports: SIPp was too slow, and a retransmission is not the proxy's fault. */
  readonly answererDrops: number;
  readonly memory: Memory;
  readonly callsPerSecond: number;
  /** Share (0 to 1) of the machine's CPU that neither the benchmark nor what it started used during the calls. */
  readonly othersShare: number;
  /** Counted calls that reached each answerer, in the order of the list. */
  readonly spread: readonly number[];
}

const ANSWERERS = 3;

/** Measures one proxy. Leaves nothing running. Rejects with BenchFailure when the proxy or SIPp cannot do its part. */
export async function measure(
  run: number,
  proxy: ProxyName,
  scenario: Scenario,
  load: Load,
  signalboxCommand: string,
  parentFolder: string,
  processes: Processes,
): Promise<Measurement> {
  const folder = join(parentFolder, `${run}-${proxy}`);
  mkdirSync(folder);
  const [proxyPort, callerPort, ...answererPorts] = await freePorts(2 + ANSWERERS);
  const list = join(folder, "dispatcher.list");
  writeFileSync(list, answererPorts.map((port) => `1 sip:127.0.0.1:${port}\n`).join(""));
  const place: Place = { folder, port: proxyPort!, list, signalboxCommand };
  const batch = { proxyPort: proxyPort!, callerPort: callerPort! };

  let program: Program | undefined;
  try {
    const answerers = await Answerers.start(scenario, answererPorts, folder, processes);
    program = await startProxy(proxy, scenario, place, processes);
    await trialCall({ ...batch, name: "trial" }, scenario, folder, processes);
    const { rate } = load;
    if (load.warmup > 0) {
      await placeCalls({ ...batch, name: "warmup", rate, calls: load.warmup }, scenario, folder, processes);
    }
    const answeredBefore = await answerers.counters();
    const proxyDropsBefore = drops([place.port]);
    const answererDropsBefore = drops(answererPorts);

    const machineBefore = machineTime();
    const oursBefore = cpuMicroseconds(process.pid);
    const cpuBefore = cpuMicroseconds(program.pid);
    const caller = await placeCalls(
      { ...batch, name: "counted", rate, calls: load.calls },
      scenario,
      folder,
      processes,
    );
    const cpuAfter = cpuMicroseconds(program.pid);
    const oursAfter = cpuMicroseconds(process.pid);
    const machineAfter = machineTime();

    const proxyDrops = drops([place.port]) - proxyDropsBefore;
    const answererDrops = drops(answererPorts) - answererDropsBefore;
    const memoryAtEnd = memory(program.pid);
    const answered = await answerers.counters();
    if (program.outcome() !== undefined) throw new BenchFailure("It ended before the last call did.");
    const others = machineAfter.busy - machineBefore.busy - (oursAfter - oursBefore);
    let retransmissions = caller.retransmissions;
    answered.forEach((after, i) => {
      retransmissions += after.retransmissions - answeredBefore[i]!.retransmissions;
    });
    return {
      run,
      proxy,
      calls: load.calls,
      cpuMicrosecondsPerCall: (cpuAfter - cpuBefore) / load.calls,
      // A call that SIPp's time limit cut off is in neither of its counters.
      failed: load.calls - caller.succeeded,
      retransmissions,
      proxyDrops,
      answererDrops,
      memory: memoryAtEnd,
      callsPerSecond: caller.callsPerSecond,
      othersShare: Math.max(0, others / (machineAfter.all - machineBefore.all)),
      spread: answered.map((after, i) => after.calls - answeredBefore[i]!.calls),
    };
  } catch (error) {
    throw program === undefined ? error : withLog(error, proxy, program);
  } finally {
    if (program !== undefined) await processes.stop(program);
    processes.killAll();
  }
}

function withLog(error: unknown, proxy: ProxyName, program: Program): unknown {
  if (!(error instanceof BenchFailure)) return error;
  const state = program.outcome() === undefined ? "still running" : `ended: ${program.outcome()}`;
  const log = program.output().trim();
  const said = log === "" ? "It logged nothing." : "The end of its log:";
  return new BenchFailure(`${proxyTitles[proxy]} (${state}): ${error.message}\n  ${said}`, log);
}
