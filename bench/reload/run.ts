/**
 * Reloading under load: SIPp places calls through the proxy while the route script and the destination list are saved,
 * half of the time broken. No call may fail or be repeated, each good save must be in force within a second, each
 * broken one must be reported exactly once. Prints what it counted; exit status 1 when one of these does not hold.
 *
 *     node dist/bench/reload/run.js [--rate 500] [--seconds 60] [--saves 60]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { BenchFailure } from "../kamailio/failure.ts";
import { Processes } from "../kamailio/processes.ts";
import { faults, formatResult, reloadUnderLoad } from "./under-load.ts";

const { values } = parseArgs({
  options: {
    rate: { type: "string", default: "500" },
    seconds: { type: "string", default: "60" },
    saves: { type: "string", default: "60" },
  },
});

const folder = mkdtempSync(join(tmpdir(), "signalbox-reload-"));
const processes = new Processes(folder);
const end = (status: number): never => {
  processes.killAll();
  rmSync(folder, { recursive: true, force: true });
  process.exit(status);
};
process.once("SIGINT", () => end(130));
process.once("SIGTERM", () => end(143));

try {
  const result = await reloadUnderLoad({
    rate: Number(values.rate),
    seconds: Number(values.seconds),
    saves: Number(values.saves),
    folder,
    processes,
  });
  console.log(formatResult(result));
  const wrong = faults(result);
  for (const fault of wrong) console.error(`Does not hold: ${fault}`);
  end(wrong.length === 0 ? 0 : 1);
} catch (error) {
  console.error(error instanceof BenchFailure ? error.message : error);
  end(1);
}
