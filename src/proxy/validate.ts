/** Request validation (RFC 3261 16.3): whether a request may be worked on, and if not, what it is owed. */

import { HeaderId } from "../sip/header-name.ts";
import type { SipRequest } from "../sip/message.ts";
import { VERSION_DEFECT } from "../sip/parse.ts";
import { parseUri, schemeOf } from "../sip/uri.ts";

export interface Refusal {
  readonly status: number;
  readonly reason: string;
  /** Whole header lines for the response. */
  readonly extraHeaders?: string;
}

/** Undefined: go on. Whether the refusal can be sent depends on a usable top Via, which is the caller's to check. */
export function validateRequest(request: SipRequest): Refusal | undefined {
  const defect = request.layout.defect;
  if (defect !== undefined) {
    if (defect === VERSION_DEFECT) return { status: 505, reason: "Version Not Supported" };
    return badRequest(defect);
  }
  if (request.topVia === undefined) return badRequest("Via is missing or malformed");
  if (request.callId === undefined || request.callId === "") return badRequest("Call-ID is missing");
  const cseq = request.cseq;
  if (cseq === undefined) return badRequest("CSeq is missing or malformed");
  if (cseq.method !== request.method) return badRequest("CSeq method does not match");
  if (request.from === undefined) return badRequest("From is missing or malformed");
  if (request.to === undefined) return badRequest("To is missing or malformed");
  if (Number.isNaN(request.maxForwards)) return badRequest("Max-Forwards is not 0 to 255");
  return validateTwice(request) ?? validateRequestUri(request) ?? validateProxyRequire(request);
}

function badRequest(reason: string): Refusal {
  return { status: 400, reason: `Bad Request: ${reason}` };
}

/** Headers that may stand only once (20, table 2) and whose meaning would be in doubt if they did not. */
function validateTwice(request: SipRequest): Refusal | undefined {
  let seen = 0;
  for (const line of request.lines) {
    const id = line.id;
    if ((id < HeaderId.FROM || id > HeaderId.CSEQ) && id !== HeaderId.MAX_FORWARDS) continue;
    const bit = 1 << id;
    if (seen & bit) return badRequest("From, To, Call-ID, CSeq or Max-Forwards stands twice");
    seen |= bit;
  }
  return undefined;
}

/** As a request-URI: there, headers may not stand (19.1.1, table 1), and a proxy must not pass them on. */
function validateSipUri(text: string): Refusal | undefined {
  const uri = parseUri(text);
  if (uri === undefined) return badRequest("Request-URI is malformed");
  return uri.headers === "" ? undefined : badRequest("Request-URI has headers");
}

/** 16.3 step 2. A tel: URI is for the script to deal with; a SIP URI has to parse. */
function validateRequestUri(request: SipRequest): Refusal | undefined {
  const uri = request.requestUri;
  if (uri.startsWith("sip:") || uri.startsWith("sips:")) return validateSipUri(uri);
  const scheme = schemeOf(uri);
  if (scheme === undefined) return badRequest("Request-URI is malformed");
  if (scheme === "sip" || scheme === "sips") return validateSipUri(uri);
  return scheme === "tel" ? undefined : { status: 416, reason: "Unsupported URI Scheme" };
}

/** 16.3 step 5: we support no extension that a proxy would have to. ACK and CANCEL cannot be refused for it. */
function validateProxyRequire(request: SipRequest): Refusal | undefined {
  if (request.line(HeaderId.PROXY_REQUIRE) === undefined) return undefined;
  if (request.method === "ACK" || request.method === "CANCEL") return undefined;
  let extraHeaders = "";
  for (const line of request.lines)
    if (line.id === HeaderId.PROXY_REQUIRE) extraHeaders += `Unsupported: ${request.value(line)}\r\n`;
  return { status: 420, reason: "Bad Extension", extraHeaders };
}
