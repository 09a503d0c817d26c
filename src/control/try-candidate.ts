/** Tries a candidate in a throw-away worker (dataplane/trial.ts) before it may go live. */
import { createHeartbeat } from "../dataplane/heartbeat.ts";
import type { DataPlaneSettings, FromWorker, GenerationData } from "../dataplane/protocol.ts";
import type { Clock } from "../support/clock.ts";
import { type Problem, problem } from "../support/problem.ts";
import { startWorker } from "./worker-thread.ts";

/** Starting a thread on a busy machine takes its time; only what is beyond this is the candidate's. */
const START_ALLOWANCE_MS = 4000;

/** What is wrong with it; empty: it may go live. Never rejects. */
export function tryCandidate(
  generation: GenerationData,
  settings: DataPlaneSettings,
  stallMs: number,
  clock: Clock,
): Promise<readonly Problem[]> {
  const worker = startWorker({ mode: "trial", settings, generation, heartbeat: createHeartbeat() });
  const place = { file: generation.route.entry };
  return new Promise((resolve) => {
    const settle = (problems: readonly Problem[]): void => {
      timer.cancel();
      void worker.terminate();
      resolve(problems);
    };
    const timer = clock.after(START_ALLOWANCE_MS + stallMs, () => {
      const message = "the trial did not end: the script or a plugin is in a native function without an end";
      settle([problem("STALLED", message, place)]);
    });
    worker.on("message", (message: FromWorker) => {
      if (message.type === "passed") settle([]);
      else if (message.type === "failed") settle(message.problems);
    });
    worker.on("error", (error) =>
      settle([problem("WORKER_FAILED", `the trial failed: ${error.message}`, place)]),
    );
    worker.on("exit", () => settle([problem("WORKER_FAILED", "the trial ended without a result", place)]));
  });
}
