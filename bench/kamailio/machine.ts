/** The machine that the figures belong to, and whether the programs that the benchmark needs are on it. */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { cpus, loadavg, release } from "node:os";
import { delimiter, join } from "node:path";
import { scheduler } from "node:timers/promises";
import { BenchFailure } from "./failure.ts";
import { machineTime, processesNamed } from "./proc.ts";
import type { ProxyName } from "./proxies.ts";

function onPath(program: string): boolean {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      // Not in this folder.
    }
  }
  return false;
}

/** Throws BenchFailure that names what is missing and how to get it. */
export function requirePrograms(proxies: readonly ProxyName[]): void {
  const missing: string[] = [];
  if (!onPath("sipp")) missing.push("sipp");
  const needsKamailio = proxies.includes("native") || proxies.includes("jsdt");
  if (needsKamailio && !onPath("kamailio")) missing.push("kamailio");
  if (missing.length === 0) return;
  throw new BenchFailure(
    `Not found on the PATH: ${missing.join(", ")}. On Debian: ` +
      "apt-get install kamailio kamailio-extra-modules sip-tester. " +
      "(The kamailio package starts a service; `systemctl disable --now kamailio` keeps it from taking part.)",
  );
}

function firstLine(program: string, option: string, pattern: RegExp): string {
  if (!onPath(program)) return "not installed";
  const { stdout, stderr } = spawnSync(program, [option], { encoding: "latin1", timeout: 5000 });
  return pattern.exec(`${stdout}${stderr}`)?.[1] ?? "unknown version";
}

/** Lines of facts for people; a warning is among them when another Kamailio runs on this machine. */
export function machineFacts(): string[] {
  const processors = cpus();
  const load = loadavg()
    .map((value) => value.toFixed(2))
    .join(" ");
  const facts = [
    `machine    ${processors.length} cores, ${processors[0]?.model.trim() ?? "unknown"}, Linux ${release()}`,
    `load       ${load} (1, 5 and 15 minutes); figures are noisy when others use the machine`,
    `programs   node ${process.versions.node}, kamailio ${firstLine("kamailio", "-v", /kamailio (\d\S*)/)}, ` +
      `sipp ${firstLine("sipp", "-v", /SIPp v?([\d.]+)/)}`,
  ];
  const others = processesNamed("kamailio");
  if (others.length > 0) {
    facts.push(
      `warning    kamailio already runs here (process ${others[0]}) and shares the CPU; if it is Debian's service: ` +
        "systemctl stop kamailio",
    );
  }
  return facts;
}

/** A measurement waits for a second in which the machine is at most this busy, but no longer than that many seconds. */
const QUIET_SHARE = 0.15;
const QUIET_LIMIT_S = 30;

/** Waits for a quiet second, so that somebody's compiler does not drown the proxy; goes on regardless after 30 s. */
export async function quietMachine(): Promise<void> {
  for (let second = 0; second < QUIET_LIMIT_S; second++) {
    const before = machineTime();
    await scheduler.wait(1000);
    const after = machineTime();
    if (after.busy - before.busy <= (after.all - before.all) * QUIET_SHARE) return;
  }
}
