/** The demo's endpoints: one for each destination of the list that is on this machine, also for lines added later. */
import { readFileSync } from "node:fs";
import type { Clock } from "../support/clock.ts";
import { ProblemError, problem } from "../support/problem.ts";
import type { Answerer } from "./answerer.ts";
import { startAnswerer } from "./answerer.ts";
import { localDestinations } from "./demo-files.ts";

export class Answerers {
  readonly #listFile: string;
  readonly #clock: Clock;
  readonly #open = new Map<number, Answerer>();
  /** One reading of the list at a time: two would fight for the same port. */
  #last: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(listFile: string, clock: Clock) {
    this.#listFile = listFile;
    this.#clock = clock;
  }

  /** In the order in which they were opened. */
  get all(): readonly Answerer[] {
    return [...this.#open.values()];
  }

  /** Reads the list and opens what is missing. Rejects with a ProblemError when a port is taken. */
  openMissing(): Promise<void> {
    const next = this.#last.then(() => this.#readList());
    this.#last = next.catch(() => {});
    return next;
  }

  close(): void {
    this.#closed = true;
    for (const answerer of this.all) answerer.close();
  }

  async #readList(): Promise<void> {
    for (const address of localDestinations(readFileSync(this.#listFile, "utf8"))) {
      if (this.#closed || this.#open.has(address.port)) continue;
      try {
        this.#open.set(address.port, await startAnswerer(address, this.#clock));
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        throw new ProblemError(
          error.problems.map(({ code, message, place }) =>
            problem(
              code,
              `${message}; the demo needs it for the destination sip:127.0.0.1:${address.port}`,
              place,
              `end the other program (\`ss -lunp\` names it), or change the port in ${this.#listFile}`,
            ),
          ),
        );
      }
    }
  }
}
