/**
 * What Kamailio takes for the key of a request that is out of the ordinary. The oracle confirms the rows, and what
 * makes a PickInput from a message has to give the same keys.
 */
import type { PickInput } from "../../src/dispatch/algorithm.ts";
import type { Question } from "../support/kamailio.ts";

const digest = (username: string) =>
  `Digest username=${username}, realm="r", nonce="n", uri="sip:x", response="00000000000000000000000000000000"`;
const uri = (user: string | undefined, hostport: string) => ({ requestUri: { user, hostport } });

export const KEYS: readonly [
  name: string,
  algorithm: number,
  given: Partial<Given>,
  key: Partial<PickInput>,
][] = [
  ["the user of user@realm", 5, { auth: digest('"alice@r"') }, { authUser: "alice" }],
  ["up to the first @", 5, { auth: digest('"a@b@c"') }, { authUser: "a" }],
  ["all of it when nothing is before the @", 5, { auth: digest('"@r"') }, { authUser: "@r" }],
  ["the user of a URI", 5, { auth: digest('"sip:alice@r"') }, { authUser: "alice" }],
  ["a user with blanks around", 5, { auth: digest('" alice "') }, { authUser: "alice" }],
  ["a user without quotes", 5, { auth: digest("alice") }, { authUser: "alice" }],
  ["a user up to an escaped quote", 5, { auth: digest('"al\\"ice"') }, { authUser: "al\\" }],
  ["a user in Latin-1", 5, { auth: digest('"\xe9t\xe9"') }, { authUser: "\xe9t\xe9" }],
  ["an empty user: the turn of round-robin", 5, { auth: digest('""') }, {}],
  ["no digest: the turn of round-robin", 5, { auth: "Basic abc" }, {}],
  ["no credentials: the turn of round-robin", 5, {}, {}],
  ["a URI with an empty port", 3, { uri: "sip:u@h:" }, uri("u", "h:")],
  ["a URI with port 0", 3, { uri: "sip:u@h:0" }, uri("u", "h:0")],
  ["a URI with a password", 3, { uri: "sip:u:p@h:5070" }, uri("u", "h:5070")],
  ["a URI with parameters of the user", 3, { uri: "sip:u;x@h" }, uri("u;x", "h")],
  ["a URI with an escape", 3, { uri: "sip:u%40a@h" }, uri("u%40a", "h")],
  ["a sips URI with port 5060", 3, { uri: "sips:u@h:5060" }, uri("u", "h:5060")],
  ["a sip URI of TLS with port 5061", 3, { uri: "sip:u@h:5061;transport=tls" }, uri("u", "h:5061")],
  ["an IPv6 host, with its brackets", 3, { uri: "sip:u@[2001:db8::1]:5070" }, uri("u", "[2001:db8::1]:5070")],
  ["a tel URI: the number, no host", 3, { uri: "tel:+123;phone-context=x" }, uri("+123", "")],
  ["an empty Call-ID", 0, { callId: "Call-ID:" }, { callId: "" }],
  ["a Call-ID in the compact form", 0, { callId: "i: abc" }, { callId: "abc" }],
  ["a folded Call-ID, as it came", 0, { callId: "Call-ID: abc\r\n def" }, { callId: "abc\r\n def" }],
  ["a variable with blanks around", 7, { hash: "X-Hash:  abc " }, { hashText: "abc" }],
  ["an empty variable: no choice", 7, { hash: "X-Hash:  " }, { hashText: "" }],
  ["a variable without value: its text", 7, {}, { hashText: "<null>" }],
];

export interface Given {
  readonly uri: string;
  /** Header line. */
  readonly callId: string;
  readonly auth: string;
  readonly hash: string;
}

export function keyQuestion(algorithm: number, given: Partial<Given>): Question {
  return {
    startLine: `OPTIONS ${given.uri ?? "sip:u@h"} SIP/2.0`,
    headers: [
      "From: <sip:f@h>;tag=1",
      "To: <sip:t@h>",
      given.callId ?? "Call-ID: c",
      "CSeq: 1 OPTIONS",
      ...(given.auth === undefined ? [] : [`Authorization: ${given.auth}`]),
      ...(given.hash === undefined ? [] : [given.hash]),
      "X-Set: 1",
      `X-Alg: ${algorithm}`,
      "X-Limit: 0",
    ],
  };
}
