/**
 * What /proc says about a process tree: CPU, memory, and who is alive.
 *
 * CPU is utime + stime + cutime + cstime of every process of the tree: all threads, and the children that have ended and
 * been waited for, so that the sum never goes down while the tree lives. The kernel counts in ticks of 10 ms
 * (CLK_TCK = 100 on every Linux architecture that Node runs on): over 20,000 calls that is half a microsecond a call.
 */
import { readdirSync, readFileSync } from "node:fs";

const MICROSECONDS_PER_TICK = 10_000;

interface Stat {
  readonly pid: number;
  readonly command: string;
  /** One letter; Z is a process that has ended and that nobody has waited for. */
  readonly state: string;
  readonly parent: number;
  readonly ticks: number;
}

function stat(pid: number): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return undefined; // ended since the folder was listed
  }
  // The command, field 2, is in parentheses and may itself hold blanks and parentheses: proc(5).
  const close = text.lastIndexOf(")");
  const fields = text.slice(close + 2).split(" ");
  const field = (number: number): number => Number(fields[number - 3] ?? 0);
  const ticks = field(14) + field(15) + field(16) + field(17);
  const command = text.slice(text.indexOf("(") + 1, close);
  return { pid, command, state: fields[0] ?? "", parent: field(4), ticks };
}

function everyProcess(): Stat[] {
  const found: Stat[] = [];
  for (const name of readdirSync("/proc")) {
    const entry = /^\d+$/.test(name) ? stat(Number(name)) : undefined;
    if (entry !== undefined) found.push(entry);
  }
  return found;
}

function tree(root: number): Stat[] {
  const all = everyProcess();
  const members = all.filter((entry) => entry.pid === root);
  // The array grows while it is walked: children of children follow.
  for (const member of members) {
    for (const entry of all) if (entry.parent === member.pid) members.push(entry);
  }
  return members;
}

/** CPU microseconds, user and system, that the tree under `root` has used since it began. */
export function cpuMicroseconds(root: number): number {
  let ticks = 0;
  for (const member of tree(root)) ticks += member.ticks;
  return ticks * MICROSECONDS_PER_TICK;
}

export interface MachineTime {
  /** Microseconds in which any core did something, stolen time of a virtual machine included, since boot. */
  readonly busy: number;
  /** Those in which a core did anything or nothing. */
  readonly all: number;
}

/** CPU time of the whole machine, from the first line of /proc/stat: proc(5). */
export function machineTime(): MachineTime {
  const line = readFileSync("/proc/stat", "latin1").split("\n", 1)[0]!;
  // user nice system idle iowait irq softirq steal; what follows is counted in user and nice already.
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
  const all = ticks.reduce((sum, value) => sum + value, 0);
  const idle = ticks[3]! + ticks[4]!;
  return { busy: (all - idle) * MICROSECONDS_PER_TICK, all: all * MICROSECONDS_PER_TICK };
}

export interface Memory {
  /** Sum of VmRSS in KiB: a page that several processes share is counted in each. */
  readonly rssKib: number;
  /** Sum of Pss in KiB: a shared page is divided among those who share it. 0 where the kernel does not tell. */
  readonly pssKib: number;
}

/** Memory of the tree under `root`, now. */
export function memory(root: number): Memory {
  let rssKib = 0;
  let pssKib = 0;
  for (const member of tree(root)) {
    rssKib += kib(`/proc/${member.pid}/status`, /^VmRSS:\s+(\d+)/m);
    pssKib += kib(`/proc/${member.pid}/smaps_rollup`, /^Pss:\s+(\d+)/m);
  }
  return { rssKib, pssKib };
}

function kib(file: string, line: RegExp): number {
  try {
    return Number(line.exec(readFileSync(file, "latin1"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Ids of the processes that run and whose command is `command`; used to warn of a Kamailio that was already there and takes CPU. */
export function processesNamed(command: string): number[] {
  return everyProcess()
    .filter((entry) => entry.command === command && entry.state !== "Z")
    .map((entry) => entry.pid);
}
