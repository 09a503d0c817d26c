/** Asks the running proxy which version it routes by: an OPTIONS that the route script answers itself. */
import { createSocket, type Socket } from "node:dgram";
import { scheduler } from "node:timers/promises";
import { systemClock } from "../../src/support/clock.ts";

const ASK_AGAIN_MS = 10;

export class Probe {
  readonly #socket: Socket;
  readonly #proxyPort: number;
  readonly #answers = new Map<string, string>();
  #asked = 0;

  private constructor(socket: Socket, proxyPort: number) {
    this.#socket = socket;
    this.#proxyPort = proxyPort;
    socket.on("message", (datagram) => {
      const text = datagram.toString("latin1");
      const callId = /^Call-ID: (.*)\r$/m.exec(text)?.[1] ?? "";
      this.#answers.set(callId, /^SIP\/2\.0 \d+ (.*)\r/.exec(text)?.[1] ?? "");
    });
  }

  static open(proxyPort: number): Promise<Probe> {
    return new Promise((resolve, reject) => {
      const socket = createSocket("udp4");
      socket.once("error", reject);
      socket.bind(0, "127.0.0.1", () => resolve(new Probe(socket, proxyPort)));
    });
  }

  close(): void {
    this.#socket.close();
  }

  /** The reason phrase of the answer; undefined when none came in time. */
  async ask(user: string, limitMs = 1000): Promise<string | undefined> {
    const { port } = this.#socket.address();
    const callId = `probe-${++this.#asked}`;
    this.#socket.send(
      `OPTIONS sip:${user}@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK${callId};rport\r\n` +
        `Max-Forwards: 70\r\nFrom: <sip:probe@127.0.0.1>;tag=p\r\nTo: <sip:${user}@127.0.0.1>\r\n` +
        `Call-ID: ${callId}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n`,
      this.#proxyPort,
      "127.0.0.1",
    );
    const end = systemClock.now() + limitMs;
    while (!this.#answers.has(callId) && systemClock.now() < end) await scheduler.wait(1);
    return this.#answers.get(callId);
  }

  /** Milliseconds from now until the answer is `wanted`; infinite when it is not in time. */
  async until(user: string, wanted: string, limitMs: number): Promise<number> {
    const began = systemClock.now();
    while (systemClock.now() - began < limitMs) {
      if ((await this.ask(user)) === wanted) return systemClock.now() - began;
      await scheduler.wait(ASK_AGAIN_MS);
    }
    return Number.POSITIVE_INFINITY;
  }
}
