/**
 * `npm run bench:kamailio`: Kamailio with a native cfg, Kamailio with app_jsdt, and Signalbox, in turn on this machine,
 * under the same SIPp calls. Exit status 1 when something could not be measured or a call failed.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BenchFailure } from "./failure.ts";
import { machineFacts, quietMachine, requirePrograms } from "./machine.ts";
import { type Measurement, measure } from "./measure.ts";
import { type Options, parseOptions, usage } from "./options.ts";
import { Processes } from "./processes.ts";
import { summary, tableHead, tableRow } from "./report.ts";

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function compare(options: Options): Promise<readonly Measurement[]> {
  const { scenario, load } = options;
  requirePrograms(options.proxies);
  for (const fact of machineFacts()) print(fact);
  print(`scenario   ${scenario.name}: ${scenario.summary}`);
  print(
    `load       ${load.rate} calls/s, ${load.warmup} to warm up, ${load.calls} counted, ${options.runs} run(s)\n`,
  );

  const folder = mkdtempSync(join(tmpdir(), "signalbox-bench-"));
  const processes = new Processes(folder);
  // On every way out, an interrupt too: no program and no file of ours is left.
  process.on("exit", () => {
    processes.killAll();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  });
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => process.exit(130));

  print(tableHead());
  const measurements: Measurement[] = [];
  for (let run = 1; run <= options.runs; run++) {
    // The proxies alternate within a run, so that a busy minute of the machine does not fall on one of them alone.
    for (const proxy of options.proxies) {
      await quietMachine();
      const one = await measure(run, proxy, scenario, load, options.signalboxCommand, folder, processes);
      measurements.push(one);
      print(tableRow(one));
    }
  }
  return measurements;
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) {
    print(usage);
  } else {
    const measurements = await compare(options);
    print("");
    for (const line of summary(measurements)) print(line);
    if (measurements.some((one) => one.failed > 0)) process.exitCode = 1;
  }
} catch (error) {
  if (!(error instanceof BenchFailure)) throw error;
  process.stderr.write(`bench:kamailio: ${error.message}\n`);
  process.exitCode = 1;
}
