/**
 * One SIP endpoint of the demo and of the end-to-end tests, built on the `sip` package so that whatever stands at
 * the other side of the proxy shares no code with it. The only importer of that package, which is CommonJS without
 * types and has traps that this file keeps to itself:
 *
 * - a port that is taken ends the process (its socket has no error handler): tried out first, here;
 * - port 0 becomes 5060: a free port is found first, here;
 * - TCP is opened unless it is turned off;
 * - a Route whose host is the endpoint's own is removed, ports not compared, so an endpoint on the same address as
 *   the proxy would drop the proxy's Route: the endpoint calls itself by a name that is nobody else's;
 * - a response carries no Record-Route unless it is handed one;
 * - timers of finished transactions run on for up to 32 s and hold the process: the command has to exit by itself;
 * - a Via parameter `__proto__` ends the process: loopback only, and never on the wire side of the proxy.
 */
import { createSocket } from "node:dgram";
import { createRequire } from "node:module";
import type { HostPort } from "../config/address.ts";
import { ProblemError, problem } from "../support/problem.ts";

export type Params = Record<string, string | null>;

export interface NameAddr {
  name?: string | undefined;
  /** Text, but for Route and Record-Route, whose URIs come parsed and go back as they are. */
  uri: unknown;
  params: Params;
}

export interface Headers {
  to: NameAddr;
  from: NameAddr;
  "call-id": string;
  cseq: { seq: number; method: string };
  contact?: NameAddr[];
  route?: NameAddr[] | undefined;
  "record-route"?: NameAddr[] | undefined;
  [name: string]: unknown;
}

export interface PeerRequest {
  method: string;
  uri: string;
  headers: Headers;
  content?: string;
}

export interface PeerResponse {
  status: number;
  reason: string;
  headers: Headers;
  content?: string;
}

export interface Extra {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: string;
}

export interface SipPeer extends HostPort {
  /** Sends a request; every response to it is told, a 408 of our own when there is none for 32 s. ACK has none. */
  send(request: PeerRequest, onResponse?: (response: PeerResponse) => void): void;
  /** Answers a request that was received. */
  reply(request: PeerRequest, status: number, reason: string, extra?: Extra): void;
  close(): void;
}

interface SipStack {
  send(message: object, onResponse?: (response: PeerResponse) => void): void;
  destroy(): void;
}

interface SipPackage {
  create(options: object, onRequest: (request: PeerRequest) => void): SipStack;
  makeResponse(request: PeerRequest, status: number, reason: string, extra?: Extra): object;
}

const sip = createRequire(import.meta.url)("sip") as SipPackage;

/** Opens an endpoint on UDP; port 0 takes any free one. Rejects with a ProblemError when the port is taken. */
export async function openSipPeer(
  wanted: HostPort,
  onRequest: (request: PeerRequest, peer: SipPeer) => void,
): Promise<SipPeer> {
  const { host } = wanted;
  const port = await findFreePort(wanted);
  const stack = sip.create(
    { address: host, publicAddress: "localhost", port, udp: true, tcp: false },
    (request) => onRequest(request, peer),
  );
  let closed = false;
  const peer: SipPeer = {
    host,
    port,
    send(request, onResponse) {
      if (!closed) stack.send(request, onResponse);
    },
    reply(request, status, reason, extra) {
      if (!closed) stack.send(sip.makeResponse(request, status, reason, extra));
    },
    close() {
      if (closed) return;
      closed = true;
      stack.destroy();
    },
  };
  return peer;
}

/** The port itself when it is free, another free one for port 0. */
function findFreePort({ host, port }: HostPort): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
    socket.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE";
      const message = taken
        ? `UDP port ${port} of ${host} is in use`
        : `UDP port ${port} of ${host}: ${error.message}`;
      reject(new ProblemError([problem("PORT_IN_USE", message)]));
    });
    socket.bind({ port, address: host, exclusive: true }, () => {
      const found = socket.address().port;
      socket.close(() => resolve(found));
    });
  });
}
