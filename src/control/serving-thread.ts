/** One data plane as the control plane holds it: its worker thread, its heartbeat, and questions to it with answers. */
import type { Worker } from "node:worker_threads";
import { createHeartbeat, HeartbeatReader } from "../dataplane/heartbeat.ts";
import type { DataPlaneSettings, FromWorker, GenerationData, ToWorker } from "../dataplane/protocol.ts";
import type { ListenerAddress } from "../proxy/local-identity.ts";
import type { Clock } from "../support/clock.ts";
import { type Problem, ProblemError, problem } from "../support/problem.ts";

import type { EngineSnapshot } from "./engine-api.ts";
import { startWorker } from "./worker-thread.ts";

export interface ServingThreadOptions {
  readonly settings: DataPlaneSettings;
  readonly generation: GenerationData;
  readonly clock: Clock;
  /** Lines of the data plane's log. */
  onLog(lines: string): void;
  /** It has ended though nobody told it to. */
  onFailure(reason: string): void;
}

const CLOSE_ALLOWANCE_MS = 1000;

export class ServingThread {
  readonly heartbeat: HeartbeatReader;
  readonly #worker: Worker;
  readonly #clock: Clock;
  /** Set when ending is our own wish. */
  #ending = false;
  #swapDone: ((problems: readonly Problem[]) => void) | undefined;
  #snapshots = new Map<number, (snapshot: EngineSnapshot) => void>();
  #requests = 0;
  #closed: (() => void) | undefined;

  private constructor(options: ServingThreadOptions) {
    const heartbeat = createHeartbeat();
    this.heartbeat = new HeartbeatReader(heartbeat);
    this.#clock = options.clock;
    const { settings, generation } = options;
    this.#worker = startWorker({ mode: "serve", settings, generation, heartbeat });
  }

  /** Resolves when it serves; rejects with a ProblemError when it cannot. */
  static start(
    options: ServingThreadOptions,
  ): Promise<{ thread: ServingThread; listen: readonly ListenerAddress[] }> {
    const thread = new ServingThread(options);
    const worker = thread.#worker;
    return new Promise((resolve, reject) => {
      let ready = false;
      const fail = (reason: string): void => {
        if (thread.#ending) return;
        thread.#ending = true;
        thread.#abandon();
        if (ready) options.onFailure(reason);
        else reject(new ProblemError([problem("WORKER_FAILED", `the data plane did not start: ${reason}`)]));
      };
      worker.on("error", (error) => fail(error.stack ?? error.message));
      worker.on("exit", (code) => fail(`it ended with code ${code}`));
      worker.on("message", (message: FromWorker) => {
        if (message.type === "ready") {
          ready = true;
          resolve({ thread, listen: message.listen });
        } else if (message.type === "failed") {
          thread.#ending = true;
          void worker.terminate();
          reject(new ProblemError(message.problems));
        } else if (message.type === "log") options.onLog(message.lines);
        else thread.#receive(message);
      });
    });
  }

  /** What is wrong with the generation as the data plane sees it; empty: it serves. */
  swap(generation: GenerationData): Promise<readonly Problem[]> {
    return new Promise((resolve) => {
      this.#swapDone = resolve;
      this.#tell({ type: "swap", generation });
    });
  }

  snapshot(): Promise<EngineSnapshot> {
    return new Promise((resolve) => {
      const request = this.#requests++;
      this.#snapshots.set(request, resolve);
      this.#tell({ type: "snapshot", request });
    });
  }

  /** Lets it close its sockets and hand over its last log lines. */
  async close(): Promise<void> {
    this.#ending = true;
    await new Promise<void>((resolve) => {
      this.#closed = resolve;
      this.#clock.after(CLOSE_ALLOWANCE_MS, resolve);
      this.#tell({ type: "close" });
    });
    await this.#worker.terminate();
  }

  /** Ends it at once, whatever it is at. */
  async terminate(): Promise<void> {
    this.#ending = true;
    await this.#worker.terminate();
    this.#abandon();
  }

  #tell(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #receive(message: FromWorker): void {
    if (message.type === "swapped") {
      this.#swapDone?.(message.problems);
      this.#swapDone = undefined;
    } else if (message.type === "snapshot") {
      const { destinations, counters } = message;
      this.#snapshots.get(message.request)?.({ destinations, counters });
      this.#snapshots.delete(message.request);
    } else if (message.type === "closed") this.#closed?.();
  }

  /** Whoever waits for an answer gets one. */
  #abandon(): void {
    this.#swapDone?.([problem("WORKER_FAILED", "the data plane ended before it took the new generation")]);
    for (const done of this.#snapshots.values()) done({ destinations: [], counters: {} });
    this.#snapshots.clear();
    this.#closed?.();
  }
}
