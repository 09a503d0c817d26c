/**
 * A SIP message as it arrived: one text, header lines as views into it, values parsed when they are first asked for
 * (RFC 3261 7). The text holds one character per byte (latin1), so that every byte goes out as it came in. A message
 * never changes; what a proxy changes is an Edits (edits.ts) beside it.
 */
import { type CSeq, parseCSeq } from "./cseq.ts";
import { parseDigits, skipBlanks, trimEnd, unfold } from "./grammar.ts";
import { HeaderId, headerIdOf } from "./header-name.ts";
import { type NameAddr, parseNameAddr } from "./name-addr.ts";
import { parseVia, type Via } from "./via.ts";

/** One header field with its folds: offsets into the text of the message. */
export interface HeaderLine {
  readonly id: HeaderId;
  readonly start: number;
  /** End of the name, without the blanks before the colon. */
  readonly nameEnd: number;
  /** Just behind the colon. */
  readonly valueStart: number;
  /** End of the value, before the line terminator. */
  readonly valueEnd: number;
  /** Behind the line terminator: where the next line begins. */
  readonly end: number;
}

/** Where the parts of a message begin and end; made by parse.ts. */
export interface MessageLayout {
  readonly text: string;
  /** Where the start line begins (behind leading blank lines). */
  readonly start: number;
  /** End of the start line, before its terminator. */
  readonly startLineEnd: number;
  readonly lines: readonly HeaderLine[];
  /** Where the blank line between headers and body begins. */
  readonly headEnd: number;
  readonly bodyStart: number;
  /** End of the body: of what Content-Length counts, or of the text. */
  readonly bodyEnd: number;
  /** The first thing that is wrong with the message as a whole, if anything is: reason for a 400. */
  readonly defect: string | undefined;
}

/** Not yet asked for; undefined means asked for and not there. */
const UNREAD = Symbol("unread");
type Memo<T> = T | undefined | typeof UNREAD;

abstract class SipMessage {
  readonly layout: MessageLayout;
  readonly text: string;
  readonly lines: readonly HeaderLine[];
  #topVia: Memo<Via> = UNREAD;
  #from: Memo<NameAddr> = UNREAD;
  #to: Memo<NameAddr> = UNREAD;
  #cseq: Memo<CSeq> = UNREAD;

  constructor(layout: MessageLayout) {
    this.layout = layout;
    this.text = layout.text;
    this.lines = layout.lines;
  }

  /** The first line of that header. */
  line(id: HeaderId): HeaderLine | undefined {
    const lines = this.lines;
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i] as HeaderLine;
      if (line.id === id) return line;
    }
    return undefined;
  }

  /** The value of a line, folds undone, blanks trimmed. */
  value(line: HeaderLine): string {
    const start = skipBlanks(this.text, line.valueStart, line.valueEnd);
    return unfold(this.text.slice(start, trimEnd(this.text, start, line.valueEnd)));
  }

  /** The value of the first such header, or undefined. */
  first(id: HeaderId): string | undefined {
    const line = this.line(id);
    return line === undefined ? undefined : this.value(line);
  }

  /** All lines of that name, in order; compact forms count, case does not. */
  linesNamed(name: string): HeaderLine[] {
    const id = headerIdOf(name);
    if (id !== HeaderId.OTHER) return this.lines.filter((line) => line.id === id);
    const lower = name.toLowerCase();
    return this.lines.filter((line) => {
      if (line.id !== HeaderId.OTHER || line.nameEnd - line.start !== lower.length) return false;
      return this.text.slice(line.start, line.nameEnd).toLowerCase() === lower;
    });
  }

  get topVia(): Via | undefined {
    if (this.#topVia === UNREAD) {
      const line = this.line(HeaderId.VIA);
      this.#topVia = line === undefined ? undefined : parseVia(this.text, line.valueStart, line.valueEnd);
    }
    return this.#topVia;
  }

  get from(): NameAddr | undefined {
    if (this.#from === UNREAD) this.#from = this.#nameAddr(HeaderId.FROM);
    return this.#from;
  }

  get to(): NameAddr | undefined {
    if (this.#to === UNREAD) this.#to = this.#nameAddr(HeaderId.TO);
    return this.#to;
  }

  get cseq(): CSeq | undefined {
    if (this.#cseq === UNREAD) {
      const value = this.first(HeaderId.CSEQ);
      this.#cseq = value === undefined ? undefined : parseCSeq(value);
    }
    return this.#cseq;
  }

  get callId(): string | undefined {
    return this.first(HeaderId.CALL_ID);
  }

  get body(): string {
    return this.text.slice(this.layout.bodyStart, this.layout.bodyEnd);
  }

  #nameAddr(id: HeaderId): NameAddr | undefined {
    const line = this.line(id);
    if (line === undefined) return undefined;
    const parsed = parseNameAddr(this.text, line.valueStart, line.valueEnd);
    return parsed !== undefined && parsed.end === line.valueEnd ? parsed : undefined;
  }
}

export class SipRequest extends SipMessage {
  readonly kind = "request";
  readonly method: string;
  /** As it arrived. */
  readonly requestUri: string;

  constructor(layout: MessageLayout, method: string, requestUri: string) {
    super(layout);
    this.method = method;
    this.requestUri = requestUri;
  }

  /** 0 to 255; undefined when there is none, NaN when it is no such number (20.22). */
  get maxForwards(): number | undefined {
    const value = this.first(HeaderId.MAX_FORWARDS);
    return value === undefined ? undefined : (parseDigits(value, 255) ?? Number.NaN);
  }
}

export class SipResponse extends SipMessage {
  readonly kind = "response";
  /** 100 to 699. */
  readonly status: number;
  readonly reason: string;

  constructor(layout: MessageLayout, status: number, reason: string) {
    super(layout);
    this.status = status;
    this.reason = reason;
  }
}
export type { SipMessage };
