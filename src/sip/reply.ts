/** The response that an element makes to a request by itself (RFC 3261 8.2.6). */
import { HeaderId } from "./header-name.ts";
import type { HeaderLine, SipRequest } from "./message.ts";
import type { Via } from "./via.ts";

export interface ReplyOptions {
  readonly status: number;
  readonly reason: string;
  /** Added to the To that has none, but not in a 100 (8.2.6.2). */
  readonly toTag: string;
  /** Where the request came from: goes into the top Via (18.2.1, RFC 3581). */
  readonly source: { readonly address: string; readonly port: number };
  /** Whole lines, each with CRLF: Retry-After, Unsupported ... */
  readonly extraHeaders?: string;
}

/**
 * The top Via value with what 18.2.1 and RFC 3581 4 add: `received` where sent-by is not the source or rport was
 * asked for, and the value of rport. Undefined when nothing is to be added.
 */
export function viaWithSource(text: string, via: Via, address: string, port: number): string | undefined {
  const host = via.host.startsWith("[") ? via.host.slice(1, -1) : via.host;
  // A received or rport value that the client wrote itself says nothing of where it is: the source does.
  const forged = via.received !== undefined || (via.rport !== undefined && via.rport !== "");
  if (forged) return withoutSource(text, via, `;received=${address};rport=${port}`);
  if (via.emptyRport !== undefined) {
    const { start, end } = via.emptyRport;
    return `${text.slice(via.start, start)};rport=${port};received=${address}${text.slice(end, via.end)}`;
  }
  if (host === address) return undefined;
  return `${text.slice(via.start, via.end)};received=${address}`;
}

function withoutSource(text: string, via: Via, added: string): string {
  return (
    text.slice(via.start, via.end).replace(/[ \t]*;[ \t]*(received|rport)[ \t]*(=[ \t]*[^;,\s]*)?/gi, "") +
    added
  );
}

/** The line of the top Via, rewritten; other values that share the line stay as they are. */
export function topViaLine(request: SipRequest, line: HeaderLine, value: string, via: Via): string {
  return `${request.text.slice(line.start, line.valueStart)} ${value}${request.text.slice(via.end, line.end)}`;
}

/** Text of the response. The request has a usable top Via. */
export function buildReply(request: SipRequest, options: ReplyOptions): string {
  const { text, lines } = request;
  let out = `SIP/2.0 ${options.status} ${options.reason}\r\n`;
  let sawVia = false;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as HeaderLine;
    switch (line.id) {
      case HeaderId.VIA: {
        const via = sawVia ? undefined : request.topVia;
        sawVia = true;
        const value = via && viaWithSource(text, via, options.source.address, options.source.port);
        out += via && value ? topViaLine(request, line, value, via) : text.slice(line.start, line.end);
        break;
      }
      case HeaderId.TO: {
        const addTag = options.status !== 100 && request.to?.tag === undefined;
        out += addTag
          ? `${text.slice(line.start, line.valueEnd)};tag=${options.toTag}\r\n`
          : text.slice(line.start, line.end);
        break;
      }
      case HeaderId.FROM:
      case HeaderId.CALL_ID:
      case HeaderId.CSEQ:
        out += text.slice(line.start, line.end);
        break;
      case HeaderId.TIMESTAMP:
        if (options.status === 100) out += text.slice(line.start, line.end);
        break;
    }
  }
  return `${out}${options.extraHeaders ?? ""}Content-Length: 0\r\n\r\n`;
}
