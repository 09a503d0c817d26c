/** Via (RFC 3261 20.42, RFC 3581): who sent a request, and where its response goes. */
import { isBlank, parseDigits, skipBlanks, trimEnd } from "./grammar.ts";
import { scanParams } from "./params.ts";

export interface Via {
  /** `UDP`, `TCP` ... in upper case. */
  readonly transport: string;
  /** sent-by host as written; an IPv6 literal keeps its brackets. */
  readonly host: string;
  readonly port: number | undefined;
  readonly branch: string | undefined;
  readonly received: string | undefined;
  /** Undefined: not asked for. Empty: asked for, not filled in yet (RFC 3581 3). */
  readonly rport: string | undefined;
  readonly maddr: string | undefined;
  /** Where the value begins and ends in the text: at the comma before the next one, or at the end. */
  readonly start: number;
  readonly end: number;
  /** Where the parameters begin: behind sent-by. */
  readonly paramsStart: number;
  /** Where the parameter `rport` begins and ends in the text, when it is there without a value. */
  readonly emptyRport: { readonly start: number; readonly end: number } | undefined;
}

const SENT_PROTOCOL = /SIP[ \t\r\n]*\/[ \t\r\n]*2\.0[ \t\r\n]*\/[ \t\r\n]*/iy;

/** Parses the Via value that begins at `pos`; undefined when it is none. */
export function parseVia(text: string, pos: number, end: number): Via | undefined {
  const start = skipBlanks(text, pos, end);
  pos = start;
  if (text.startsWith("SIP/2.0/", pos)) pos = skipBlanks(text, pos + 8, end);
  else {
    SENT_PROTOCOL.lastIndex = pos;
    const found = SENT_PROTOCOL.exec(text);
    if (found === null) return undefined;
    pos += found[0].length;
  }
  const transportStart = pos;
  while (pos < end && !isBlank(text.charCodeAt(pos))) pos++;
  const transport = text.slice(transportStart, pos);
  if (transport.length === 0 || pos >= end) return undefined;
  pos = skipBlanks(text, pos, end);
  const hostStart = pos;
  if (pos < end && text.charCodeAt(pos) === 0x5b) {
    pos = text.indexOf("]", pos) + 1;
    if (pos <= hostStart || pos > end) return undefined;
  } else {
    while (pos < end) {
      const code = text.charCodeAt(pos);
      if (code === 0x3a || code === 0x3b || code === 0x2c || isBlank(code)) break;
      pos++;
    }
  }
  const host = text.slice(hostStart, pos);
  if (host.length === 0) return undefined;
  pos = skipBlanks(text, pos, end);
  let port: number | undefined;
  if (pos < end && text.charCodeAt(pos) === 0x3a) {
    const portStart = skipBlanks(text, pos + 1, end);
    pos = portStart;
    while (pos < end && text.charCodeAt(pos) !== 0x3b && text.charCodeAt(pos) !== 0x2c) pos++;
    port = parseDigits(text.slice(portStart, trimEnd(text, portStart, pos)), 65535);
    if (port === undefined || port === 0) return undefined;
  }
  const paramsStart = pos;
  let branch: string | undefined;
  let received: string | undefined;
  let rport: string | undefined;
  let maddr: string | undefined;
  let emptyRport: { start: number; end: number } | undefined;
  const valueEnd = scanParams(text, pos, end, (name, value, paramStart, paramEnd) => {
    switch (name.length) {
      case 5:
        if (rport === undefined && name.toLowerCase() === "rport") {
          rport = value ?? "";
          if (rport === "") emptyRport = { start: paramStart, end: paramEnd };
        } else if (maddr === undefined && name.toLowerCase() === "maddr") maddr = value;
        break;
      case 6:
        if (branch === undefined && name.toLowerCase() === "branch") branch = value;
        break;
      case 8:
        if (received === undefined && name.toLowerCase() === "received") received = value;
        break;
    }
  });
  if (valueEnd < 0) return undefined;
  return {
    transport: transport.toUpperCase(),
    host,
    port,
    branch,
    received,
    rport,
    maddr,
    start,
    end: trimEnd(text, start, valueEnd),
    paramsStart,
    emptyRport,
  };
}

/** RFC 3261 8.1.1.7: a branch that begins with it is unique by itself. */
export const MAGIC_COOKIE = "z9hG4bK";
