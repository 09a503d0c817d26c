/**
 * Responses of our own, without a transaction (RFC 3261 8.2.7), and the ACKs to them: those carry a To tag of ours, go
 * no further than us, and are absorbed.
 */
import { isIP } from "node:net";
import { HeaderId } from "../sip/header-name.ts";
import type { SipRequest } from "../sip/message.ts";
import { buildReply } from "../sip/reply.ts";
import { requestDigest } from "./branch.ts";
import type { Exchange, Send } from "./exchange.ts";
import { responseTarget } from "./response-target.ts";

export class StatelessReplier {
  readonly #tagPrefix: string;
  readonly #send: Send;

  /** `tagSecret` is the same for all data planes of one start, so that a new one still knows the tags of the last. */
  constructor(tagSecret: string, send: Send) {
    this.#tagPrefix = `sb${tagSecret}-`;
    this.#send = send;
  }

  /** False when there is nowhere to send it, or the request is an ACK, which nobody answers (17.1.1.3). */
  reply(exchange: Exchange, status: number, reason: string, extraHeaders = ""): boolean {
    const { request, address, port } = exchange;
    if (request.line(HeaderId.VIA) === undefined || request.method === "ACK") return false;
    const text = buildReply(request, {
      status,
      reason,
      toTag: status === 100 ? "" : this.#tagPrefix + requestDigest(request),
      source: { address, port },
      extraHeaders,
    });
    const target = this.#target(exchange);
    this.#send(exchange.receivedOn, text, target.host, target.port);
    return true;
  }

  /**
   * To the source, at the port that the top Via asks for (18.2.2, RFC 3581 4). Where that Via cannot be read, or has a
   * maddr that cannot be sent to from here, at the port that the request came from.
   */
  #target({ request, receivedOn, address, port }: Exchange): {
    readonly host: string;
    readonly port: number;
  } {
    const via = request.topVia;
    if (via === undefined) return { host: address, port };
    const rport = via.rport === undefined ? undefined : `${port}`;
    const target = responseTarget({ ...via, received: address, rport });
    return isIP(target.host) === receivedOn.family ? target : { host: address, port };
  }

  /** Is this the ACK to a negative response of ours? */
  isOwnAck(request: SipRequest): boolean {
    return request.method === "ACK" && request.to?.tag?.startsWith(this.#tagPrefix) === true;
  }
}
