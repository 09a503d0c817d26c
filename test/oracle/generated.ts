/**
 * Lists and messages made from known parts, so that what a message's hash keys are is known without parsing it.
 * The same seed gives the same ones.
 */
import type { PickInput, UriKey } from "../../src/dispatch/algorithm.ts";
import type { Random } from "../../src/support/random.ts";
import { inputOf } from "../support/dispatch.ts";
import type { Question } from "../support/kamailio.ts";

export interface GeneratedCase {
  readonly set: number;
  readonly algorithm: number;
  readonly limit: number;
  readonly input: PickInput;
  readonly question: Question;
}

export const HASH_ALGORITHMS: readonly number[] = [0, 1, 2, 3, 5, 7];

const oneOf = <T>(random: Random, choices: readonly T[]): T => choices[random.below(choices.length)] as T;

const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
/** With what a user may hold unescaped, an escape, and bytes beyond ASCII (UTF-8 and not). */
const USER_PIECES = [...LETTERS, ..."-_.!~*'()&=+$,?/", "%41", "\xc3\xa9", "\xff", "\x80"];
const CALL_ID_PIECES = [...LETTERS, ...`-.!%*_+\`'~()<>:\\/"[]?{}`, "\xc3\xa9", "\xff"];

function word(random: Random, pieces: readonly string[], least: number, most: number): string {
  const length = least + random.below(most - least + 1);
  return Array.from({ length }, () => oneOf(random, pieces)).join("");
}

/** A URI's text and its key. */
function uriOf(random: Random, onlyUser: boolean): { text: string; key: UriKey } {
  const scheme = oneOf(random, ["sip", "sip", "sip", "sips", "SIP"]);
  const kind = random.below(10);
  let user: string | undefined;
  let userinfo = "";
  if (kind > 0) {
    user = kind === 1 ? `+${random.below(1e9)};phone-context=x.org` : word(random, USER_PIECES, 1, 14);
    userinfo = kind === 2 ? `${user}:pa$$word@` : `${user}@`;
  }
  const host = oneOf(random, [
    "example.com",
    "Example.COM",
    "a",
    "10.0.0.1",
    `192.168.${random.below(256)}.${random.below(256)}`,
    `pbx${random.below(1000)}.example.org`,
    "[2001:db8::1]",
    "[2001:DB8:0:0::1]",
    "[::ffff:10.0.0.1]",
  ]);
  const port = oneOf(random, [
    undefined,
    undefined,
    "5060",
    "5061",
    "5070",
    "05070",
    "05060",
    "05061",
    "65535",
    "1",
  ]);
  const tail = oneOf(random, ["", "", ";transport=tcp", ";transport=tls", ";lr", ";x=y?Subject=z"]);
  const isDefault = Number(port) === (scheme === "sips" ? 5061 : 5060);
  const hostport = port === undefined || isDefault ? host : `${host}:${port}`;
  const text = `${scheme}:${userinfo}${host}${port === undefined ? "" : `:${port}`}${tail}`;
  return { text, key: { user, hostport: onlyUser ? undefined : hostport } };
}

function credentials(random: Random): { headers: string[]; authUser: string | undefined } {
  const line = (header: string, username: string) =>
    `${header}: Digest username="${username}", realm="r", nonce="n", uri="sip:x", response="00000000000000000000000000000000"`;
  const name = word(random, [...LETTERS, "-", ".", "\xc3\xa9", "\xff"], 1, 12);
  const username = oneOf(random, [name, `${name}@realm.example`]);
  const other = word(random, [...LETTERS], 3, 6);
  const kind = random.below(4);
  if (kind === 0) return { headers: [line("Authorization", username)], authUser: name };
  if (kind === 1) return { headers: [line("Proxy-Authorization", username)], authUser: name };
  const both = [line("Authorization", other), line("Proxy-Authorization", username)];
  return { headers: kind === 2 ? both : both.reverse(), authUser: name };
}

export interface MessageOptions {
  readonly sets: number;
  readonly algorithms: readonly number[];
  /** Parameter `flags` bit 1. */
  readonly onlyUser: boolean;
}

export function generateCase(random: Random, { sets, algorithms, onlyUser }: MessageOptions): GeneratedCase {
  const set = 1 + random.below(sets);
  const algorithm = oneOf(random, algorithms);
  const limit = random.below(5);
  const from = uriOf(random, onlyUser);
  const to = uriOf(random, onlyUser);
  const requestUri = uriOf(random, onlyUser);
  const host = random.below(2) === 0 ? `@${word(random, CALL_ID_PIECES, 1, 20)}` : "";
  const callId = `${word(random, CALL_ID_PIECES, 1, 30)}${host}`;
  const hashText = word(random, [...LETTERS, "-", ".", "\xc3\xa9", "\xff", ":"], 1, 20);
  const { headers, authUser } = credentials(random);
  const blank = oneOf(random, ["", " ", "   ", "\t"]);
  const after = oneOf(random, ["", "", " "]);
  return {
    set,
    algorithm,
    limit,
    input: inputOf({
      method: "OPTIONS",
      callId,
      from: from.key,
      to: to.key,
      requestUri: requestUri.key,
      authUser,
      hashText,
    }),
    question: {
      startLine: `OPTIONS ${requestUri.text} SIP/2.0`,
      headers: [
        `From: ${oneOf(random, ["", `"A, B" `, "Alice "])}<${from.text}>;tag=${word(random, [...LETTERS], 1, 8)}`,
        `To: <${to.text}>`,
        `Call-ID:${blank}${callId}${after}`,
        "CSeq: 1 OPTIONS",
        "Max-Forwards: 70",
        ...headers,
        `X-Hash: ${hashText}`,
        `X-Set: ${set}`,
        `X-Alg: ${algorithm}`,
        `X-Limit: ${limit}`,
      ],
    },
  };
}

/** Sets 1 to `sets` of one to nine entries: all kinds of flags, priorities with ties. */
export function generateList(
  random: Random,
  sets: number,
  attrs = (_set: number, _line: number) => "",
): string[] {
  const lines: string[] = [];
  for (let set = 1; set <= sets; set++) {
    const size = 1 + random.below(9);
    const priorities = oneOf(random, [1, 2, 4]);
    const flags = oneOf(random, [[0], [0, 0, 0, 1], [0, 1, 2, 4, 5, 8, 9, 16, 32]]);
    for (let line = 0; line < size; line++) {
      const uri = `sip:10.${set}.0.${line}:${5060 + line}`;
      const more = attrs(set, line);
      lines.push(
        `${set} ${uri} ${oneOf(random, flags)} ${random.below(priorities)}${more === "" ? "" : ` ${more}`}`,
      );
    }
  }
  // Lines of the sets mixed, for the order of lines of other sets must not matter.
  return lines
    .map((line) => ({ line, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ line }) => line);
}
