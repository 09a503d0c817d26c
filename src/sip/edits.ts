/**
 * What a proxy changes in a message on its way (RFC 3261 16.6, 16.7), kept beside the message; `serialize` writes
 * both. Header lines that no edit names leave byte for byte as they came, in their order.
 */
import { skipBlanks } from "./grammar.ts";
import { HeaderId } from "./header-name.ts";
import type { HeaderLine, SipMessage } from "./message.ts";

export class Edits {
  readonly #message: SipMessage;
  #startLine: string | undefined;
  /** By index of line: the lines that stand in its place, or empty. */
  #replaced: (string | undefined)[] | undefined;
  /** Whole lines, each with its CRLF, before the first header. */
  #head = "";
  /** The same, behind the last one. */
  #tail = "";
  #recordRoutes = "";

  constructor(message: SipMessage) {
    this.#message = message;
  }

  setStartLine(line: string): void {
    this.#startLine = line;
  }

  /** `lines` is whole lines with CRLF, or empty, which removes the line. */
  replace(line: HeaderLine, lines: string): void {
    this.#replaced ??= [];
    this.#replaced[this.#message.lines.indexOf(line)] = lines;
  }

  remove(line: HeaderLine): void {
    this.replace(line, "");
  }

  isRemoved(line: HeaderLine): boolean {
    return this.#replaced?.[this.#message.lines.indexOf(line)] === "";
  }

  /** Before all headers; what is put in last stands first. */
  prepend(lines: string): void {
    this.#head = lines + this.#head;
  }

  /** Behind all headers. */
  append(lines: string): void {
    this.#tail += lines;
  }

  /** Before the first Record-Route (16.6 step 4) or, where there is none, behind the Vias. */
  insertRecordRoute(lines: string): void {
    this.#recordRoutes = lines + this.#recordRoutes;
  }

  /** Takes the values before `valueEnd` (an end or a comma) out of a comma-joined line; the line, if none is left. */
  removeValuesBefore(line: HeaderLine, valueEnd: number): void {
    const text = this.#message.text;
    const comma = skipBlanks(text, valueEnd, line.valueEnd);
    if (comma >= line.valueEnd) {
      this.remove(line);
      return;
    }
    const kept = skipBlanks(text, comma + 1, line.valueEnd);
    const first = skipBlanks(text, line.valueStart, line.valueEnd);
    this.replace(line, text.slice(line.start, first) + text.slice(kept, line.end));
  }

  serialize(): string {
    const { text, lines, layout } = this.#message;
    const replaced = this.#replaced;
    let out = "";
    let copied = layout.start;
    if (this.#startLine !== undefined || this.#head !== "") {
      out = `${this.#startLine ?? text.slice(layout.start, layout.startLineEnd)}\r\n${this.#head}`;
      copied = lines[0]?.start ?? layout.headEnd;
    }
    const insertAt = this.#recordRoutes === "" ? -1 : this.#recordRoutePosition();
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i] as HeaderLine;
      if (i === insertAt) {
        out += text.slice(copied, line.start) + this.#recordRoutes;
        copied = line.start;
      }
      const replacement = replaced?.[i];
      if (replacement !== undefined) {
        out += text.slice(copied, line.start) + replacement;
        copied = line.end;
      }
    }
    if (this.#tail !== "" || insertAt === lines.length) {
      out += text.slice(copied, layout.headEnd);
      copied = layout.headEnd;
      if (insertAt === lines.length) out += this.#recordRoutes;
      out += this.#tail;
    }
    return out + text.slice(copied, layout.bodyEnd);
  }

  /** Index of the line that a new Record-Route goes before. */
  #recordRoutePosition(): number {
    const lines = this.#message.lines;
    let behindVias = 0;
    for (let i = 0; i < lines.length; i++) {
      const id = (lines[i] as HeaderLine).id;
      if (id === HeaderId.RECORD_ROUTE) return i;
      if (id === HeaderId.VIA) behindVias = i + 1;
    }
    return behindVias;
  }
}
