/** The response that an element makes to a request by itself (RFC 3261 8.2.6). */
import { equalsIgnoreCase } from "./grammar.ts";
import { HeaderId } from "./header-name.ts";
import type { HeaderLine, SipRequest } from "./message.ts";
import { scanParams } from "./params.ts";
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
  // A received or rport value that the client wrote itself says nothing of where it is: the source does.
  const forged = via.received !== undefined || (via.rport !== undefined && via.rport !== "");
  if (forged) return withoutSource(text, via) + sourceParams(via, address, port);
  if (via.emptyRport !== undefined) {
    const { start, end } = via.emptyRport;
    const added = sourceParams(via, address, port);
    return text.slice(via.start, start) + added + text.slice(end, via.end);
  }
  const added = sourceParams(via, address, port);
  return added === "" ? undefined : text.slice(via.start, via.end) + added;
}

function sourceParams(via: Via, address: string, port: number): string {
  if (via.rport !== undefined) return `;rport=${port};received=${address}`;
  const host = via.host.startsWith("[") ? via.host.slice(1, -1) : via.host;
  return host === address ? "" : `;received=${address}`;
}

/** The value without any `received` and `rport`, everything else as written. */
function withoutSource(text: string, via: Via): string {
  let out = "";
  let copied = via.start;
  scanParams(text, via.paramsStart, via.end, (name, _value, start, stop) => {
    if (!equalsIgnoreCase(name, "received") && !equalsIgnoreCase(name, "rport")) return;
    out += text.slice(copied, start);
    copied = stop;
  });
  return out + text.slice(copied, via.end);
}

/** The line of the top Via, rewritten; other values that share the line stay as they are. */
export function topViaLine(request: SipRequest, line: HeaderLine, value: string, via: Via): string {
  const { text } = request;
  return `${text.slice(line.start, line.valueStart)} ${value}${text.slice(via.end, line.valueEnd)}\r\n`;
}

/** Text of the response. A header that must stand only once is copied only once; a Via that is malformed, as it is. */
export function buildReply(request: SipRequest, options: ReplyOptions): string {
  const { text, lines } = request;
  let out = `SIP/2.0 ${options.status} ${options.reason}\r\n`;
  let seen = 0;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as HeaderLine;
    const { id } = line;
    const isFirst = (seen & (1 << id)) === 0;
    seen |= 1 << id;
    switch (id) {
      case HeaderId.VIA: {
        const via = isFirst ? request.topVia : undefined;
        const value = via && viaWithSource(text, via, options.source.address, options.source.port);
        out += via && value ? topViaLine(request, line, value, via) : wholeLine(text, line);
        break;
      }
      case HeaderId.TO:
        if (!isFirst) break;
        if (options.status === 100 || request.to?.tag !== undefined) out += wholeLine(text, line);
        else out += `${text.slice(line.start, line.valueEnd)};tag=${options.toTag}\r\n`;
        break;
      case HeaderId.FROM:
      case HeaderId.CALL_ID:
      case HeaderId.CSEQ:
        if (isFirst) out += wholeLine(text, line);
        break;
      case HeaderId.TIMESTAMP:
        if (isFirst && options.status === 100) out += wholeLine(text, line);
        break;
    }
  }
  return `${out}${options.extraHeaders ?? ""}Content-Length: 0\r\n\r\n`;
}

/** With a line end, which the last line of a message that was cut off lacks. */
function wholeLine(text: string, line: HeaderLine): string {
  return `${text.slice(line.start, line.valueEnd)}\r\n`;
}
