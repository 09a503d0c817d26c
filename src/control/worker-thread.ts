/** Starts worker threads: the one that serves, and those that try candidates. */
import { Worker } from "node:worker_threads";
import type { WorkerData } from "../dataplane/protocol.ts";

/** The compiled entry; the control plane runs compiled only. */
const ENTRY = new URL("../dataplane/worker.js", import.meta.url);

export function startWorker(data: WorkerData): Worker {
  // Standard streams are the main thread's: a line that a plugin prints must not tear a log line apart.
  return new Worker(ENTRY, { workerData: data, stdout: false, stderr: false });
}
