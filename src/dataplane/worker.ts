/** Entry of a worker thread: a data plane that serves, or the trial of a candidate. */
import { constants, setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { systemClock } from "../support/clock.ts";
import { lineLogger } from "../support/log.ts";
import { ProblemError } from "../support/problem.ts";
import { DataPlane } from "./data-plane.ts";
import { HeartbeatWriter } from "./heartbeat.ts";
import type { FromWorker, ToWorker, WorkerData } from "./protocol.ts";
import { tryGeneration } from "./trial.ts";

const BEAT_MS = 50;
/** Log lines are handed over in batches: a message between threads costs more than writing a line. */
const LOG_DELAY_MS = 20;

const port = parentPort;
if (port === null) throw new Error("This file is the entry of a worker thread");
const { mode, settings, generation, heartbeat } = workerData as WorkerData;
const tell = (message: FromWorker): void => port.postMessage(message);

if (mode === "trial") {
  // Calls come before candidates. Elsewhere it would be the priority of the whole process.
  if (process.platform === "linux") setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const problems = await tryGeneration(generation, settings);
  tell(problems.length === 0 ? { type: "passed" } : { type: "failed", problems });
} else {
  await serve();
}

async function serve(): Promise<void> {
  const beats = new HeartbeatWriter(heartbeat);
  let lines = "";
  const flush = (): void => {
    if (lines !== "") tell({ type: "log", lines });
    lines = "";
  };
  const log = lineLogger(settings.logLevel, systemClock.wallClock, (line) => {
    if (lines === "") systemClock.after(LOG_DELAY_MS, flush);
    lines += line;
    // A warning may be the last thing before this thread stalls and is ended: it must not be lost with it.
    if (isWarning(line)) flush();
  });
  const plane = new DataPlane(settings, log, beats);
  try {
    const listen = await plane.start(generation);
    systemClock.every(BEAT_MS, () => beats.beat());
    tell({ type: "ready", listen });
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    tell({ type: "failed", problems: error.problems });
    return;
  }
  port?.on("message", (message: ToWorker) => {
    void answer(plane, message, flush);
  });
}

/** By the level, with which each line begins (support/log.ts): 40 and above. */
function isWarning(line: string): boolean {
  return /^\{"level":[4-9]/.test(line);
}

async function answer(plane: DataPlane, message: ToWorker, flush: () => void): Promise<void> {
  switch (message.type) {
    case "swap":
      tell({
        type: "swapped",
        generation: message.generation.id,
        problems: await plane.swap(message.generation),
      });
      return;
    case "snapshot":
      tell({ type: "snapshot", request: message.request, ...plane.snapshot() });
      return;
    case "close":
      await plane.close();
      flush();
      tell({ type: "closed" });
      port?.close();
  }
}
