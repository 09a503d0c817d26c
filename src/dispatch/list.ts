/**
 * The text of a destination list (`dispatcher.list`) made into entries. One destination a line:
 * `SETID URI [FLAGS [PRIORITY [ATTRS]]]`, blanks between, `#` begins a comment. Kamailio reads most mistakes as
 * something else (a word for FLAGS is 0, a missing SETID is set 0); here each is a problem with its place, and one
 * bad line refuses the whole list, so that a slip of the editor never takes half of the destinations away.
 */
import type { Problem } from "../support/problem.ts";
import { problem } from "../support/problem.ts";
import type { ProblemCode } from "../support/problem-catalogue.ts";
import type { Attribute, AttributeChecks } from "./attributes.ts";
import { checkAttributes, parseAttributes } from "./attributes.ts";
import { ALL_FLAGS } from "./flags.ts";

/** One line of the list. */
export interface ListEntry {
  readonly set: number;
  readonly uri: string;
  /** As in flags.ts. */
  readonly flags: number;
  /** Higher is better. */
  readonly priority: number;
  /** The text of ATTRS, without a `;` at its end. */
  readonly attrsText: string;
  /** By name in lower case. */
  readonly attrs: ReadonlyMap<string, string>;
  /** 1-based. */
  readonly line: number;
}

export interface ParsedList {
  readonly file: string;
  /** In the order of the lines. */
  readonly entries: readonly ListEntry[];
}

export type ListResult =
  | { readonly list: ParsedList; readonly problems?: undefined }
  | { readonly list?: undefined; readonly problems: readonly Problem[] };

interface Field {
  readonly text: string;
  /** 1-based. */
  readonly column: number;
}

const MAX_INTEGER = 2_147_483_647;
const ATTRS_FIELD = 4;
/** `sip:a` and `http://a`, but not `localhost:5060`. */
const HAS_SCHEME = /^[a-z][a-z0-9+.-]*:(?!\d)/i;

/** Every bad line is in the answer, not only the first. */
export function parseList(text: string, file: string, checks: AttributeChecks): ListResult {
  const entries: ListEntry[] = [];
  const problems: Problem[] = [];
  const seen = new Map<string, number>();
  const lines = text.replace(/^\uFEFF/, "").split("\n");
  for (let index = 0; index < lines.length; index++) {
    const sourceLine = (lines[index] ?? "").replace(/\r$/, "");
    const line = new LineReader(file, index + 1, sourceLine, checks);
    const entry = line.read();
    problems.push(...line.problems);
    if (entry === undefined) continue;
    for (const [key, what] of identities(entry)) {
      const first = seen.get(key);
      if (first === undefined) seen.set(key, entry.line);
      else
        problems.push(line.fault("LIST_DUPLICATE", `set ${entry.set} has ${what} already, on line ${first}`));
    }
    entries.push(entry);
  }
  return problems.length > 0 ? { problems } : { list: { file, entries } };
}

/** What must be there only once in a set: the URI, and the duid, which Kamailio compares without case. */
function identities(entry: ListEntry): [string, string][] {
  const duid = entry.attrs.get("duid");
  const keys: [string, string][] = [[`${entry.set} uri ${entry.uri}`, entry.uri]];
  if (duid !== undefined) keys.push([`${entry.set} duid ${duid.toLowerCase()}`, `duid=${duid}`]);
  return keys;
}

/** The fields of one line. `#` ends every field but ATTRS, where it is an ordinary character. */
function splitFields(line: string): Field[] {
  const fields: Field[] = [];
  for (const match of line.matchAll(/[^ \t\r]+/g)) {
    const text = match[0];
    const comment = text.indexOf("#");
    const column = match.index + 1;
    if (comment === 0) break;
    if (comment > 0 && fields.length < ATTRS_FIELD) {
      fields.push({ text: text.slice(0, comment), column });
      break;
    }
    fields.push({ text, column });
  }
  return fields;
}

class LineReader {
  readonly problems: Problem[] = [];
  readonly #file: string;
  readonly #line: number;
  readonly #sourceLine: string;
  readonly #checks: AttributeChecks;

  constructor(file: string, line: number, sourceLine: string, checks: AttributeChecks) {
    this.#file = file;
    this.#line = line;
    this.#sourceLine = sourceLine;
    this.#checks = checks;
  }

  /** Undefined for a line that has no destination, and for one that has problems. */
  read(): ListEntry | undefined {
    const [setId, uri, flags, priority, attrs, extra] = splitFields(this.#sourceLine);
    if (setId === undefined) return undefined;
    const set = this.#readNumber(setId, "set", MAX_INTEGER);
    const uriText = this.#readUri(setId, uri);
    const flagBits = flags ? this.#readFlags(flags) : 0;
    const rank = priority ? this.#readNumber(priority, "priority", MAX_INTEGER) : 0;
    const attributes = attrs ? this.#readAttributes(attrs) : [];
    if (extra) {
      this.#report(
        "LIST_BAD_LINE",
        `"${extra.text}" follows the attributes`,
        extra.column,
        "write the attributes without blanks: name=value;name=value",
      );
    }
    if (this.problems.length > 0) return undefined;
    return {
      set,
      uri: uriText,
      flags: flagBits,
      priority: rank,
      attrsText: attrs ? attrs.text.replace(/;$/, "") : "",
      attrs: new Map(attributes.map(({ name, value }) => [name, value])),
      line: this.#line,
    };
  }

  /** A problem at the start of the line's text. */
  fault(code: ProblemCode, message: string): Problem {
    return problem(code, message, this.#place(1 + this.#sourceLine.search(/[^ \t\r]/)));
  }

  #readNumber(field: Field, what: "set" | "priority", most: number): number {
    if (/^\d+$/.test(field.text) && Number(field.text) <= most) return Number(field.text);
    this.#report(
      "LIST_BAD_NUMBER",
      `${what} "${field.text}" is not a whole number from 0 to ${most}`,
      field.column,
    );
    return 0;
  }

  /** Decimal, or hexadecimal with 0x. */
  #readFlags(field: Field): number {
    const isNumber = /^(\d+|0[xX][0-9a-fA-F]+)$/.test(field.text);
    if (isNumber && Number(field.text) <= ALL_FLAGS) return Number(field.text);
    this.#report(
      "LIST_BAD_NUMBER",
      `flags "${field.text}" are not a number from 0 to ${ALL_FLAGS}`,
      field.column,
      field.text.includes("=")
        ? "attributes are the fifth field: write flags and priority before them"
        : undefined,
    );
    return 0;
  }

  /** Kamailio takes `10.0.0.1:5060` for `sip:10.0.0.1:5060`, and so do we. */
  #readUri(setId: Field, field: Field | undefined): string {
    if (field === undefined) {
      this.#report("LIST_BAD_LINE", "the URI is missing", setId.column + setId.text.length);
      return "";
    }
    const wrong = this.#checks.checkUri(field.text);
    if (wrong === undefined) return field.text;
    const withScheme = `sip:${field.text}`;
    if (!HAS_SCHEME.test(field.text) && this.#checks.checkUri(withScheme) === undefined) return withScheme;
    this.#report("LIST_BAD_URI", `"${field.text}" is not a usable URI: ${wrong}`, field.column);
    return "";
  }

  #readAttributes(field: Field): Attribute[] {
    const { attributes, faults } = parseAttributes(field.text);
    for (const { message, at } of [...faults, ...checkAttributes(attributes, this.#checks)]) {
      this.#report("LIST_BAD_ATTRIBUTE", message, field.column + at);
    }
    return attributes;
  }

  #report(code: ProblemCode, message: string, column: number, remedy?: string): void {
    this.problems.push(problem(code, message, this.#place(column), remedy));
  }

  #place(column: number) {
    return { file: this.#file, line: this.#line, column, sourceLine: this.#sourceLine };
  }
}
