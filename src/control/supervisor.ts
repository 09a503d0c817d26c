/**
 * Keeps one data plane serving: starts it, hands it new generations, and when it stalls or dies starts another on the
 * last generation that worked.
 */
import type { DataPlaneSettings, GenerationData } from "../dataplane/protocol.ts";
import type { ListenerAddress } from "../proxy/local-identity.ts";
import type { Clock, Timer } from "../support/clock.ts";
import { type Problem, ProblemError, problem } from "../support/problem.ts";
import type { EngineSnapshot } from "./engine-api.ts";
import { ServingThread } from "./serving-thread.ts";
import { watchBeats } from "./watchdog.ts";

export interface SupervisorOptions {
  readonly settings: DataPlaneSettings;
  readonly stallMs: number;
  readonly clock: Clock;
  onLog(lines: string): void;
  /** It was started again: why, and on which generation. `stalled`: the one that is not to be taken again. */
  onRestart(found: Problem, serving: GenerationData, stalled: GenerationData | undefined): void;
  /** It cannot be started again. */
  onGivenUp(problems: readonly Problem[]): void;
}

/** A data plane that dies at once is not started more often than this. */
const RESTART_PAUSE_MS = 200;
const MAX_RESTART_ATTEMPTS = 50;

export class Supervisor {
  readonly #options: SupervisorOptions;
  #settings: DataPlaneSettings;
  #thread: ServingThread | undefined;
  #watch: Timer | undefined;
  #serving: GenerationData;
  /** Generations that have served before, the last one last. */
  readonly #worked: GenerationData[] = [];
  /** Starts, swaps and restarts come one after the other. */
  #busy: Promise<unknown> = Promise.resolve();
  #closing = false;

  constructor(options: SupervisorOptions, first: GenerationData) {
    this.#options = options;
    this.#settings = options.settings;
    this.#serving = first;
  }

  get serving(): GenerationData {
    return this.#serving;
  }

  /** The addresses, as bound. Rejects with a ProblemError. */
  async start(): Promise<readonly ListenerAddress[]> {
    const listen = await this.#startThread();
    // A port that the system chose is kept when the data plane has to be started again.
    this.#settings = { ...this.#settings, listen };
    return listen;
  }

  swap(generation: GenerationData): Promise<readonly Problem[]> {
    return this.#inTurn(async () => {
      if (this.#thread === undefined) return [problem("WORKER_FAILED", "there is no data plane to take it")];
      const problems = await this.#thread.swap(generation);
      if (problems.length > 0) return problems;
      // One is kept for each script: the list changes far more often, and does not stall.
      const last = this.#worked.at(-1);
      if (last !== undefined && sameCode(last, this.#serving)) this.#worked.pop();
      this.#worked.push(this.#serving);
      if (this.#worked.length > 3) this.#worked.shift();
      this.#serving = generation;
      return [];
    });
  }

  snapshot(): Promise<EngineSnapshot> {
    return this.#thread?.snapshot() ?? Promise.resolve({ destinations: [], counters: {} });
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#watch?.cancel();
    await this.#thread?.close();
  }

  async #startThread(): Promise<readonly ListenerAddress[]> {
    const { clock, stallMs, onLog } = this.#options;
    const { thread, listen } = await ServingThread.start({
      settings: this.#settings,
      generation: this.#serving,
      clock,
      onLog,
      onFailure: (reason) =>
        this.#restart(() => problem("WORKER_FAILED", `the data plane ended: ${reason}`), false),
    });
    this.#thread = thread;
    this.#watch = watchBeats(
      () => thread.heartbeat.beats,
      stallMs,
      clock,
      () => this.#restart(() => this.#stallProblem(thread), true),
    );
    return listen;
  }

  #restart(describe: () => Problem, isStall: boolean): void {
    if (this.#closing) return;
    const found = describe();
    const failed = this.#thread;
    this.#watch?.cancel();
    // Before its turn comes: whoever waits for an answer of the thread that is stuck holds the turn.
    const ended = failed?.terminate();
    void this.#inTurn(async () => {
      await ended;
      const stalled = isStall && this.#goBack(this.#stalled(failed));
      const problems = await this.#startAgain();
      if (problems.length > 0) this.#options.onGivenUp(problems);
      else this.#options.onRestart(found, this.#serving, stalled || undefined);
    });
  }

  /** The generation that ran when it stalled: a swap that was under way has not reached it. */
  #stalled(failed: ServingThread | undefined): GenerationData {
    const id = failed?.heartbeat.generation;
    return this.#worked.find((generation) => generation.id === id) ?? this.#serving;
  }

  /**
   * Serves the last script and plugins that worked and are not those that stalled, with the list that is in force: a
   * list does not stall. The stalled generation; false when there is no other, and the same one has to serve again.
   */
  #goBack(stalled: GenerationData): GenerationData | false {
    const before = this.#worked.findLastIndex((generation) => !sameCode(generation, stalled));
    if (before < 0) return false;
    const { list, endpoints } = this.#serving;
    this.#serving = { ...(this.#worked[before] as GenerationData), list, endpoints };
    this.#worked.length = before;
    return stalled;
  }

  async #startAgain(): Promise<readonly Problem[]> {
    for (let attempt = 1; ; attempt++) {
      if (this.#closing) return [];
      try {
        await this.#startThread();
        return [];
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        if (attempt === MAX_RESTART_ATTEMPTS) return error.problems;
        await new Promise<void>((done) => this.#options.clock.after(RESTART_PAUSE_MS, done));
      }
    }
  }

  #stallProblem(thread: ServingThread): Problem {
    const { message, generation } = thread.heartbeat;
    const route = this.#serving.route.entry;
    const [startLine = ""] = message.split(/\r?\n/, 1);
    const callId = /^(?:call-id|i)[ \t]*:[ \t]*(.*?)\r?$/im.exec(message)?.[1];
    const at =
      startLine === ""
        ? "before any message"
        : `at "${startLine}"${callId === undefined ? "" : `, Call-ID ${callId}`}`;
    const route_ = startLine.startsWith("SIP/2.0") ? "reply_route" : "request_route";
    const text = `generation ${generation} stood still for ${this.#options.stallMs} ms in ${route_} of ${route}, ${at}`;
    return problem("STALLED", text, { file: route });
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#busy.then(run);
    this.#busy = result.catch(() => {});
    return result;
  }
}

function sameCode(a: GenerationData, b: GenerationData): boolean {
  const codes = ({ route, plugins }: GenerationData) =>
    JSON.stringify([route, ...plugins].map(({ code }) => code));
  return codes(a) === codes(b);
}
