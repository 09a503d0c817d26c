/** The versions of the route script and of the destination list that are saved one after the other, every other one broken. */
import { renameSync, rmSync, writeFileSync } from "node:fs";

export interface Version {
  readonly number: number;
  readonly text: string;
  /** Of a broken one: where the mistake is, as the log names it. */
  readonly mistakeAt: string | undefined;
}

export const SCRIPT_FILE = "routes.js";
export const LIST_FILE = "dispatcher.list";

const ROUTE = `function request_route() {
  if (is_method("OPTIONS")) {
    const asked = pv.get("$rU");
    if (asked === "script") sl_send_reply("200", "script " + VERSION);
    else if (asked !== null && ds_list_exists(asked)) sl_send_reply("200", "listed");
    else sl_send_reply("404", "Not Listed");
    exit();
  }
  if (has_totag()) {
    if (loose_route()) forward();
    else if (!is_method("ACK")) sl_send_reply("404", "Not Here");
    exit();
  }
  record_route();
  ds_select_dst("1", "4");
  sl_send_reply("100", "Trying");
  forward();
  exit();
}
`;

/** Each a line that cannot be compiled, and the column (from 1) of the character that is wrong. */
const SYNTAX_ERRORS: readonly (readonly [string, number])[] = [
  ["const broken = ;", 16],
  ["let 5 = 1;", 5],
  ["if (true { forward(); }", 10],
  [")", 1],
  ["  forward(;", 11],
];

const BAD_LINES: readonly (readonly [string, number])[] = [
  ["one sip:127.0.0.1:5060", 1],
  ["1 http://127.0.0.1", 3],
  ["1 sip:127.0.0.1:1 zero", 19],
  ["1 sip:127.0.0.1:2 0 high", 21],
  ["1", 2],
];

/** From 0, which is good; the odd ones are broken. */
export function scriptVersion(number: number): Version {
  const good = `const VERSION = ${number};\n${ROUTE}`;
  if (number % 2 === 0) return { number, text: good, mistakeAt: undefined };
  return { number, ...broken(good, SYNTAX_ERRORS, number, SCRIPT_FILE, "//") };
}

/** A good version has a set of its own, by which one can tell that it is in force. */
export function listVersion(number: number, destinations: readonly string[]): Version {
  const good = `${destinations.map((uri) => `1 ${uri}\n`).join("")}${setOf(number)} ${destinations[0]}\n`;
  if (number % 2 === 0) return { number, text: good, mistakeAt: undefined };
  return { number, ...broken(good, BAD_LINES, number, LIST_FILE, "#") };
}

export const setOf = (version: number): number => 1000 + version;

/** Each broken version has its mistake on a line of its own, so that every report can be told from the others. */
function broken(
  good: string,
  mistakes: readonly (readonly [string, number])[],
  number: number,
  file: string,
  comment: string,
): { text: string; mistakeAt: string } {
  const [line, column] = mistakes[((number - 1) / 2) % mistakes.length]!;
  const text = `${`${comment} padding\n`.repeat(number)}${line}\n${good}`;
  return { text, mistakeAt: `${file}:${number + 1}:${column}` };
}

/** Ways in which editors save. */
const WAYS: readonly ((path: string, text: string) => void)[] = [
  (path, text) => writeFileSync(path, text),
  (path, text) => {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  },
  (path, text) => {
    renameSync(path, `${path}~`);
    writeFileSync(path, text);
    rmSync(`${path}~`);
  },
];

export function save(path: string, { number, text }: Version): void {
  WAYS[number % WAYS.length]!(path, text);
}
