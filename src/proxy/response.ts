/** Response processing of a stateless proxy (RFC 3261 16.11, 16.7 steps 3 and 9): our Via off, on to the next one. */
import { isIP } from "node:net";
import { Edits } from "../sip/edits.ts";
import { isBlank } from "../sip/grammar.ts";
import { HeaderId } from "../sip/header-name.ts";
import type { HeaderLine, SipResponse } from "../sip/message.ts";
import { parseVia, type Via } from "../sip/via.ts";
import { listenerOfBranch } from "./branch.ts";
import type { Send } from "./exchange.ts";
import type { LocalIdentity, LocalListener } from "./local-identity.ts";
import type { Locator } from "./locate.ts";
import { responseTarget } from "./response-target.ts";

/** Why a response went nowhere, for the debug line; undefined: it is on its way. */
export type ResponseDrop = string | undefined;

export class ResponseForwarder {
  readonly #local: LocalIdentity;
  readonly #locator: Locator;
  readonly #send: Send;

  constructor(local: LocalIdentity, locator: Locator, send: Send) {
    this.#local = local;
    this.#locator = locator;
    this.#send = send;
  }

  /** Why the response must go nowhere, nor into a script; undefined: it is well-formed and for us (16.7 step 3). */
  check(response: SipResponse): ResponseDrop {
    const defect = response.layout.defect;
    if (defect !== undefined) return defect;
    if (this.#ownListener(response) === undefined) return "top Via is not ours";
    return response.cseq === undefined ? "CSeq is missing or malformed" : undefined;
  }

  /** A response that has passed the check. */
  forward(response: SipResponse, edits: Edits = new Edits(response)): ResponseDrop {
    const via = response.topVia;
    const own = this.#ownListener(response);
    if (via === undefined || own === undefined) return "top Via is not ours";
    const line = response.line(HeaderId.VIA) as HeaderLine;
    const next = nextVia(response, line, via);
    if (next === undefined) return "no Via below ours";
    edits.removeValuesBefore(line, via.end);
    const { host, port } = responseTarget(next);
    // RFC 4475 3.3.10: nobody is to have us shout at a whole network.
    if (host === "255.255.255.255") return "next Via is a broadcast address";
    // The branch says which listener the request came in by; its response leaves by the same one.
    const from = listenerOfBranch(via.branch, this.#local) ?? own;
    if (isIP(host) !== 0) {
      const listener = this.#local.outgoing(from, host);
      if (listener === undefined) return "no listener for the address family of the next Via";
      this.#send(listener, edits.serialize(), host, port);
      return undefined;
    }
    void this.#sendToName(from, edits.serialize(), host, port);
    return undefined;
  }

  #ownListener(response: SipResponse): LocalListener | undefined {
    const via = response.topVia;
    return via && this.#local.find(via.host, via.port ?? 5060);
  }

  async #sendToName(from: LocalListener, text: string, host: string, port: number): Promise<void> {
    const target = await this.#locator.locate(`sip:${host}:${port}`);
    const listener = target.ok ? this.#local.outgoing(from, target.address) : undefined;
    if (target.ok && listener !== undefined) this.#send(listener, text, target.address, target.port);
  }
}

/** The Via value behind the first: on the same line, behind a comma, or on the next Via line. */
function nextVia(response: SipResponse, line: HeaderLine, via: Via): Via | undefined {
  const { text, lines } = response;
  let pos = via.end;
  while (pos < line.valueEnd && isBlank(text.charCodeAt(pos))) pos++;
  if (pos < line.valueEnd) return parseVia(text, pos + 1, line.valueEnd);
  for (let i = lines.indexOf(line) + 1; i < lines.length; i++) {
    const next = lines[i] as HeaderLine;
    if (next.id === HeaderId.VIA) return parseVia(text, next.valueStart, next.valueEnd);
  }
  return undefined;
}
