/** The tables: a row for each measurement, the ratios of each run, and medians over the runs. */
import type { Measurement } from "./measure.ts";
import { type ProxyName, proxyNames, proxyTitles } from "./proxies.ts";

/** The middle value; the mean of the two middle ones of an even count. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle]!;
  return (sorted[middle - 1]! + sorted[middle]!) / 2;
}

const widths = [4, 22, 12, 7, 8, 14, 15, 18, 8, 7] as const;
const titles = [
  "run",
  "proxy",
  "CPU us/call",
  "failed",
  "retrans",
  "drops (SIPp's)",
  "RSS (PSS) MiB",
  "calls of each",
  "calls/s",
  "others",
] as const;

function cells(values: readonly string[]): string {
  // The proxy's name is the only column that reads from the left.
  return values
    .map((value, i) => (i === 1 ? value.padEnd(widths[i]!) : value.padStart(widths[i] ?? 0)))
    .join(" ");
}

export function tableHead(): string {
  return cells(titles);
}

export function tableRow(measurement: Measurement): string {
  const { memory } = measurement;
  return cells([
    String(measurement.run),
    proxyTitles[measurement.proxy],
    measurement.cpuMicrosecondsPerCall.toFixed(1),
    String(measurement.failed),
    String(measurement.retransmissions),
    `${measurement.proxyDrops} (${measurement.answererDrops})`,
    `${mebibytes(memory.rssKib)} (${mebibytes(memory.pssKib)})`,
    measurement.spread.join("/"),
    measurement.callsPerSecond.toFixed(0),
    `${(measurement.othersShare * 100).toFixed(0)}%`,
  ]);
}

const mebibytes = (kib: number): string => (kib / 1024).toFixed(1);

/** SIP messages of one call: INVITE, 100, 180, 200, ACK, BYE, 200. */
const MESSAGES_PER_CALL = 7;
/** A failed call is less work and a retransmission is more: up to this share they do not move the figure. */
const DISTURBANCE_LIMIT = 0.01;

function isComparable(one: Measurement): boolean {
  if (one.failed > one.calls * DISTURBANCE_LIMIT) return false;
  return one.retransmissions <= one.calls * MESSAGES_PER_CALL * DISTURBANCE_LIMIT;
}

/** CPU a call of one proxy in one run; undefined when it was not measured or is not comparable. */
function cpu(measurements: readonly Measurement[], run: number, proxy: ProxyName): number | undefined {
  const found = measurements.find((one) => one.run === run && one.proxy === proxy);
  return found !== undefined && isComparable(found) ? found.cpuMicrosecondsPerCall : undefined;
}

/** The lines under the table: CPU of each proxy and the ratios, per run and their medians, and what was left out. */
export function summary(measurements: readonly Measurement[]): string[] {
  const runs = [...new Set(measurements.map((one) => one.run))];
  const lines: string[] = [];
  const add = (title: string, values: readonly (number | undefined)[], digits: number): void => {
    const known = values.filter((value) => value !== undefined);
    if (known.length === 0) return;
    const each = values.map((value) => (value?.toFixed(digits) ?? "-").padStart(7)).join("");
    const middle = runs.length > 1 ? `   median ${median(known).toFixed(digits)}` : "";
    lines.push(title.padEnd(30) + each + middle);
  };
  for (const proxy of proxyNames) {
    const figures = runs.map((run) => cpu(measurements, run, proxy));
    add(`${proxyTitles[proxy]}, us/call`, figures, 1);
  }
  for (const other of ["native", "jsdt"] as const) {
    const ratios = runs.map((run) => {
      const mine = cpu(measurements, run, "signalbox");
      const theirs = cpu(measurements, run, other);
      return mine === undefined || theirs === undefined ? undefined : mine / theirs;
    });
    add(`signalbox/${other}`, ratios, 2);
  }
  for (const one of measurements) {
    if (isComparable(one)) continue;
    lines.push(
      `left out: run ${one.run}, ${proxyTitles[one.proxy]}: more than 1% disturbed (${one.failed} of ${one.calls} calls ` +
        `failed, ${one.retransmissions} retransmissions; others used ${(one.othersShare * 100).toFixed(0)}% of the CPU)`,
    );
  }
  return lines;
}
