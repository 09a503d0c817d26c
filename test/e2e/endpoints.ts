/** A phone and an endpoint on plain UDP sockets, for calls where only their way through the proxy matters. */
import { createSocket, type Socket } from "node:dgram";
import { scheduler } from "node:timers/promises";
import { systemClock } from "../../src/support/clock.ts";

/** Answers each request but ACK with 200; counts the INVITEs that it has taken. */
export class Endpoint {
  readonly port: number;
  invites = 0;
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.port = socket.address().port;
    socket.on("message", (datagram, { address, port }) => {
      const request = datagram.toString("latin1");
      if (request.startsWith("ACK ") || request.startsWith("SIP/2.0")) return;
      if (request.startsWith("INVITE ")) this.invites++;
      socket.send(this.#answer(request), port, address);
    });
  }

  static async open(): Promise<Endpoint> {
    return new Endpoint(await openSocket());
  }

  get uri(): string {
    return `sip:127.0.0.1:${this.port}`;
  }

  close(): void {
    this.#socket.close();
  }

  #answer(request: string): string {
    const copied = request
      .split("\r\n")
      .filter((line) => /^(via|record-route|from|to|call-id|cseq):/i.test(line))
      .map((line) => (/^to:/i.test(line) && !line.includes("tag=") ? `${line};tag=e${this.port}` : line));
    return `SIP/2.0 200 OK\r\n${copied.join("\r\n")}\r\nContact: <${this.uri}>\r\nContent-Length: 0\r\n\r\n`;
  }
}

/** How often a request is repeated while nothing answers: timer A of RFC 3261 17.1.1.2. */
const T1_MS = 500;

export class Phone {
  readonly #socket: Socket;
  readonly #port: number;
  readonly #proxyPort: number;
  readonly #received: string[] = [];
  #calls = 0;

  private constructor(socket: Socket, proxyPort: number) {
    this.#socket = socket;
    this.#port = socket.address().port;
    this.#proxyPort = proxyPort;
    socket.on("message", (datagram) => this.#received.push(datagram.toString("latin1")));
  }

  static async open(proxyPort: number): Promise<Phone> {
    return new Phone(await openSocket(), proxyPort);
  }

  close(): void {
    this.#socket.close();
  }

  /** Any bytes. */
  send(datagram: Buffer | string): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (error: Error | null) => (error ? reject(error) : resolve());
      this.#socket.send(datagram, this.#proxyPort, "127.0.0.1", done);
    });
  }

  /**
   * Places a call to `user` and hangs up when it is answered. The final statuses of INVITE and BYE, or of the INVITE
   * alone; status 0: nothing came within the limit.
   */
  async call(user = "100", limitMs = 4000): Promise<{ statuses: number[]; reason: string; answer: string }> {
    const callId = `call-${++this.#calls}-${this.#port}@127.0.0.1`;
    const invite = await this.#request("INVITE", user, callId, "", "", limitMs);
    if (invite.status !== 200) {
      if (invite.status > 0)
        await this.send(this.#text("ACK", user, callId, toOf(invite.text), "", "INVITE"));
      return { statuses: [invite.status], reason: invite.reason, answer: invite.text };
    }
    const to = toOf(invite.text);
    const routes = [...invite.text.matchAll(/^Record-Route: *(.*)\r$/gim)].map((match) => match[1]);
    const route = routes.length === 0 ? "" : `Route: ${routes.reverse().join(", ")}\r\n`;
    const target = /^Contact: *<(.*?)>/im.exec(invite.text)?.[1] ?? "";
    await this.send(this.#text("ACK", user, callId, to, route, "ACK", target));
    const bye = await this.#request("BYE", user, callId, to, route, limitMs, target);
    return { statuses: [invite.status, bye.status], reason: invite.reason, answer: invite.text };
  }

  async #request(
    method: string,
    user: string,
    callId: string,
    to: string,
    route: string,
    limitMs: number,
    target?: string,
  ): Promise<{ status: number; reason: string; text: string }> {
    const text = this.#text(method, user, callId, to, route, method, target);
    const end = systemClock.now() + limitMs;
    let repeatAt = 0;
    while (systemClock.now() < end) {
      if (systemClock.now() >= repeatAt) {
        await this.send(text);
        repeatAt = systemClock.now() + T1_MS;
      }
      const final = this.#received.find(
        (message) =>
          /^SIP\/2\.0 [2-6]/.test(message) &&
          message.includes(`Call-ID: ${callId}\r`) &&
          new RegExp(`^CSeq: \\d+ ${method}\r`, "m").test(message),
      );
      if (final !== undefined) {
        const [, status, reason = ""] = /^SIP\/2\.0 (\d{3}) ?(.*)\r/.exec(final) ?? [];
        return { status: Number(status), reason, text: final };
      }
      await scheduler.wait(2);
    }
    return { status: 0, reason: "", text: "" };
  }

  #text(
    method: string,
    user: string,
    callId: string,
    to: string,
    route: string,
    transaction: string,
    target = `sip:${user}@127.0.0.1:${this.#proxyPort}`,
  ): string {
    const number = transaction === "BYE" ? 2 : 1;
    return (
      `${method} ${target} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:${this.#port};` +
      `branch=z9hG4bK${transaction}${callId};rport\r\n${route}Max-Forwards: 70\r\n` +
      `From: <sip:phone@127.0.0.1:${this.#port}>;tag=phone\r\n` +
      `To: ${to === "" ? `<sip:${user}@127.0.0.1:${this.#proxyPort}>` : to}\r\nCall-ID: ${callId}\r\n` +
      `CSeq: ${number} ${method}\r\nContact: <sip:phone@127.0.0.1:${this.#port}>\r\nContent-Length: 0\r\n\r\n`
    );
  }
}

function toOf(message: string): string {
  return /^To: *(.*)\r$/im.exec(message)?.[1] ?? "";
}

function openSocket(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket("udp4");
    socket.once("error", reject);
    socket.bind(0, "127.0.0.1", () => resolve(socket));
  });
}
