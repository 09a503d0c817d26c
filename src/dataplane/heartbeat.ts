/**
 * Shared memory through which a data plane shows that it moves, and what it is at. Written by the worker; read by the
 * control plane even while the worker is stuck, which no message could be.
 *
 *     Int32[0]  beats, counted up by a timer
 *     Int32[1]  generation that runs
 *     Int32[2]  bytes of the message that a script was last given
 *     Bytes     the beginning of that message
 */
const HEADER_BYTES = 12;
const MESSAGE_BYTES = 2048;

export function createHeartbeat(): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER_BYTES + MESSAGE_BYTES);
}

export class HeartbeatWriter {
  readonly #words: Int32Array;
  readonly #message: Uint8Array;

  constructor(shared: SharedArrayBuffer) {
    this.#words = new Int32Array(shared, 0, 3);
    this.#message = new Uint8Array(shared, HEADER_BYTES);
  }

  beat(): void {
    Atomics.add(this.#words, 0, 1);
  }

  setGeneration(id: number): void {
    Atomics.store(this.#words, 1, id);
  }

  /** A script is about to be run over this. */
  announce(datagram: Uint8Array): void {
    this.#message.set(datagram.length > MESSAGE_BYTES ? datagram.subarray(0, MESSAGE_BYTES) : datagram);
    this.#words[2] = Math.min(datagram.length, MESSAGE_BYTES);
  }
}

export class HeartbeatReader {
  readonly #words: Int32Array;
  readonly #message: Uint8Array;

  constructor(shared: SharedArrayBuffer) {
    this.#words = new Int32Array(shared, 0, 3);
    this.#message = new Uint8Array(shared, HEADER_BYTES);
  }

  get beats(): number {
    return Atomics.load(this.#words, 0);
  }

  get generation(): number {
    return Atomics.load(this.#words, 1);
  }

  /** A character per byte; empty when no script has run. */
  get message(): string {
    return Buffer.from(this.#message.slice(0, Atomics.load(this.#words, 2))).toString("latin1");
  }
}
