/**
 * Memory for datagrams on their way out. A fresh Buffer for each message is most of the garbage that a relay makes;
 * so messages are written one behind the other into one large block that is used again and again. A datagram that the
 * kernel did not take at once still lies in the block, so the block may only be used again when none waits.
 */
const BLOCK_BYTES = 1024 * 1024;

export class SendBuffers {
  readonly #waiting: () => number;
  #block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  #used = 0;

  /** `waiting` tells how many bytes the socket has not handed to the kernel yet. */
  constructor(waiting: () => number) {
    this.#waiting = waiting;
  }

  /** The bytes of `text`, one for each character (latin1). */
  write(text: string): Buffer {
    const length = text.length;
    if (length > BLOCK_BYTES) return Buffer.from(text, "latin1");
    if (this.#used + length > BLOCK_BYTES) {
      if (this.#waiting() > 0) this.#block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used = start + length;
    this.#block.write(text, start, length, "latin1");
    return this.#block.subarray(start, start + length);
  }
}
