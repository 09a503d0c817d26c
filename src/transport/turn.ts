/**
 * One turn of the event loop as the listeners see it: the datagrams that are read in it, and what is sent at its end.
 *
 * Waking up is what costs most of a small datagram: the thread that sleeps in the kernel, and the receiver of what is
 * sent. So what a turn has to send leaves together, at its end; and under load a turn that had little to do is followed
 * by a nap, so that the next one finds more to read at once. Network cards call that interrupt moderation.
 * docs/decisions/0016-turns-and-naps.md has the figures.
 */
import { blockFor, type Clock } from "../support/clock.ts";

/** How long a datagram may lie in the socket because of us. Far below what a call's set-up time is made of. */
const NAP_MS = 1;
/** Naps begin at this many datagrams a second; below it, each is handled as it comes. */
const BUSY_RATE = 3000;
/** A turn that has read this many is late already. */
const FULL_TURN = 12;
/** The rate is taken over this time. */
const WINDOW_MS = 50;

export class Turn {
  readonly #clock: Clock;
  readonly #nap: (ms: number) => void;
  /** Listeners with something to send. */
  #flushes: (() => void)[] = [];
  #scheduled = false;
  #received = 0;
  #windowBegan: number;
  #windowReceived = 0;
  #busy = false;

  constructor(clock: Clock, nap: (ms: number) => void = blockFor) {
    this.#clock = clock;
    this.#nap = nap;
    this.#windowBegan = clock.now();
  }

  /** A datagram has been read. */
  received(): void {
    this.#received++;
    this.#schedule();
  }

  /** Runs `flush` when everything of this turn has been read. */
  atEnd(flush: () => void): void {
    this.#flushes.push(flush);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#end());
  }

  #end(): void {
    this.#scheduled = false;
    const flushes = this.#flushes;
    this.#flushes = [];
    for (const flush of flushes) flush();
    const received = this.#received;
    this.#received = 0;
    this.#measure(received);
    if (this.#busy && received > 0 && received < FULL_TURN) this.#nap(NAP_MS);
  }

  #measure(received: number): void {
    this.#windowReceived += received;
    const now = this.#clock.now();
    const elapsed = now - this.#windowBegan;
    if (elapsed < WINDOW_MS) return;
    this.#busy = this.#windowReceived / elapsed >= BUSY_RATE / 1000;
    this.#windowBegan = now;
    this.#windowReceived = 0;
  }
}
