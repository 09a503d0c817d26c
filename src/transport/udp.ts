/** UDP (RFC 3261 18): one datagram is one message. A listener is a bound socket, and sends from its own address. */
import dgram from "node:dgram";
import { isIPv6 } from "node:net";
import { ProblemError, problem } from "../support/problem.ts";
import { SendBuffers } from "./send-buffers.ts";
import type { Turn } from "./turn.ts";

/** What the kernel is asked to keep for us while JavaScript is busy; it may grant less. */
const SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;

export type OnDatagram = (datagram: Buffer, address: string, port: number) => void;

export interface UdpOptions {
  /** IP address, without brackets. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly turn: Turn;
  readonly onDatagram: OnDatagram;
  /** A failed send, of which there is nobody else to tell. */
  readonly onError: (error: Error) => void;
}

interface Outgoing {
  readonly text: string;
  readonly address: string;
  readonly port: number;
}

export class UdpListener {
  readonly #socket: dgram.Socket;
  readonly #buffers: SendBuffers;
  readonly #turn: Turn;
  readonly host: string;
  readonly port: number;
  /** What is to be sent at the end of this turn of the event loop. */
  #outbox: Outgoing[] = [];
  #closed = false;

  private constructor(socket: dgram.Socket, turn: Turn, host: string, port: number) {
    this.#socket = socket;
    this.#turn = turn;
    this.#buffers = new SendBuffers(() => socket.getSendQueueSize());
    this.host = host;
    this.port = port;
  }

  /** Rejects with a ProblemError when the address cannot be bound. */
  static bind(options: UdpOptions): Promise<UdpListener> {
    const { host, port, turn, onDatagram } = options;
    const family = isIPv6(host) ? 6 : 4;
    const socket = dgram.createSocket({
      type: `udp${family}`,
      ipv6Only: family === 6,
      recvBufferSize: SOCKET_BUFFER_BYTES,
      sendBufferSize: SOCKET_BUFFER_BYTES,
      // Addresses are literal by the time they get here (proxy/locate.ts); Node's own lookup would put each
      // datagram off to a later tick.
      lookup: (address, _options, done) => done(null, address, family),
    });
    return new Promise((resolve, reject) => {
      socket.once("error", (error) => {
        socket.close();
        reject(new ProblemError([bindProblem(error, host, port)]));
      });
      socket.bind({ address: host, port, exclusive: true }, () => {
        socket.removeAllListeners("error");
        socket.on("error", options.onError);
        socket.on("message", (datagram, remote) => {
          turn.received();
          onDatagram(datagram, remote.address, remote.port);
        });
        resolve(new UdpListener(socket, turn, host, socket.address().port));
      });
    });
  }

  /** `text` holds one character per byte. It leaves at the end of this turn. Nothing is sent once this is closed. */
  send(text: string, address: string, port: number): void {
    if (this.#closed) return;
    if (this.#outbox.length === 0) this.#turn.atEnd(() => this.#flush());
    this.#outbox.push({ text, address, port });
  }

  close(): Promise<void> {
    this.#flush();
    this.#closed = true;
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }

  #flush(): void {
    const outbox = this.#outbox;
    this.#outbox = [];
    for (const { text, address, port } of outbox) {
      const bytes = this.#buffers.write(text);
      this.#socket.send(bytes, 0, bytes.length, port, address);
    }
  }
}

function bindProblem(error: NodeJS.ErrnoException, host: string, port: number): ReturnType<typeof problem> {
  const where = `udp:${isIPv6(host) ? `[${host}]` : host}:${port}`;
  if (error.code === "EADDRINUSE") {
    return problem("PORT_IN_USE", `Cannot listen on ${where}: the port is in use by another program`);
  }
  return problem("LISTEN_FAILED", `Cannot listen on ${where}: ${error.code ?? error.message}`);
}
