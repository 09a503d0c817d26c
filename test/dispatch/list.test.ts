import { describe, expect, it } from "vitest";
import { parseList } from "../../src/dispatch/list.ts";
import { formatPlace } from "../../src/support/problem.ts";
import { checks, listOf } from "../support/dispatch.ts";

const GOOD: readonly [name: string, line: string, entry: object][] = [
  ["set and URI", "1 sip:a", { set: 1, uri: "sip:a", flags: 0, priority: 0, attrsText: "" }],
  ["every field", "2 sip:a:5060;transport=tcp 8 10 weight=50;duid=x", { set: 2, flags: 8, priority: 10 }],
  ["tabs and blanks around", " \t1\tsip:a   0\t5 ", { set: 1, uri: "sip:a", flags: 0, priority: 5 }],
  ["a carriage return", "1 sip:a 0 5\r", { priority: 5 }],
  ["hexadecimal flags", "1 sip:a 0x1F", { flags: 31 }],
  ["all flags", "1 sip:a 63", { flags: 63 }],
  ["set 0", "0 sip:a", { set: 0 }],
  ["a comment after the URI", "1 sip:a # 8 10", { uri: "sip:a", flags: 0, priority: 0 }],
  ["a comment that touches the URI", "1 sip:a#b", { uri: "sip:a" }],
  ["a comment that touches the flags", "1 sip:a 8#b 10", { flags: 8, priority: 0 }],
  ["a comment after the attributes", "1 sip:a 0 0 weight=5 # five", { attrsText: "weight=5" }],
  ["# inside attributes", "1 sip:a 0 0 duid=a#1", { attrsText: "duid=a#1" }],
  ["a ; at the end of the attributes", "1 sip:a 0 0 weight=5;", { attrsText: "weight=5" }],
  ["a name and port without scheme", "1 pbx:5060", { uri: "sip:pbx:5060" }],
  ["a URI without scheme", "1 10.0.0.1:5060", { uri: "sip:10.0.0.1:5060" }],
];

const ATTRS: readonly [name: string, attrs: string, expected: Record<string, string>][] = [
  ["several", "weight=50;duid=x", { weight: "50", duid: "x" }],
  ["names in any case", "WEIGHT=50;Duid=X", { weight: "50", duid: "X" }],
  ["quoted values", `duid="a;b";note='c=d'`, { duid: "a;b", note: "c=d" }],
  ["no value", "main;x=1", { main: "", x: "1" }],
  ["unknown names", "color=red", { color: "red" }],
  ["__proto__", "__proto__=1", { ["__proto__"]: "1" }],
  [
    "a socket of ours",
    "socket=udp:127.0.0.1:5060;sockname=inside",
    {
      socket: "udp:127.0.0.1:5060",
      sockname: "inside",
    },
  ],
  [
    "ends of the ranges",
    "weight=1;rweight=100;maxload=0;ocmin=0;ocmax=100;ocrate=100",
    {
      weight: "1",
      rweight: "100",
      maxload: "0",
      ocmin: "0",
      ocmax: "100",
      ocrate: "100",
    },
  ],
];

const BAD: readonly [name: string, line: string, code: string, column: number, message: RegExp][] = [
  ["no URI", "1", "LIST_BAD_LINE", 2, /URI is missing/],
  ["a comment instead of the URI", "1 # sip:a", "LIST_BAD_LINE", 2, /URI is missing/],
  ["no set", "sip:a 0 0", "LIST_BAD_NUMBER", 1, /set "sip:a"/],
  ["a negative set", "-1 sip:a", "LIST_BAD_NUMBER", 1, /set "-1"/],
  ["a set that is too big", "2147483648 sip:a", "LIST_BAD_NUMBER", 1, /set "2147483648"/],
  ["no SIP URI", "1 http://a", "LIST_BAD_URI", 3, /"http:\/\/a".*begin with sip/],
  ["words for flags", "1 sip:a inactive", "LIST_BAD_NUMBER", 9, /flags "inactive"/],
  ["attributes in the place of flags", "1 sip:a weight=5", "LIST_BAD_NUMBER", 9, /flags "weight=5"/],
  ["flags that do not exist", "1 sip:a 64", "LIST_BAD_NUMBER", 9, /flags "64".*63/],
  ["half a hexadecimal number", "1 sip:a 0x", "LIST_BAD_NUMBER", 9, /flags "0x"/],
  ["negative priority", "1 sip:a 0 -5", "LIST_BAD_NUMBER", 11, /priority "-5"/],
  ["attributes in the place of priority", "1 sip:a 0 a=b", "LIST_BAD_NUMBER", 11, /priority "a=b"/],
  ["blanks in the attributes", "1 sip:a 0 0 weight=5; duid=x", "LIST_BAD_LINE", 23, /"duid=x" follows/],
  ["weight 0", "1 sip:a 0 0 weight=0", "LIST_BAD_ATTRIBUTE", 20, /weight=0 .* 1 to 100/],
  ["weight 101", "1 sip:a 0 0 duid=x;weight=101", "LIST_BAD_ATTRIBUTE", 27, /weight=101/],
  ["weight with a fraction", "1 sip:a 0 0 weight=1.5", "LIST_BAD_ATTRIBUTE", 20, /weight=1.5/],
  ["rweight that is a word", "1 sip:a 0 0 rweight=x", "LIST_BAD_ATTRIBUTE", 21, /rweight=x/],
  ["negative maxload", "1 sip:a 0 0 maxload=-1", "LIST_BAD_ATTRIBUTE", 21, /maxload=-1/],
  ["ocrate 101", "1 sip:a 0 0 ocrate=101", "LIST_BAD_ATTRIBUTE", 20, /ocrate=101 .* 0 to 100/],
  [
    "ocmin above ocmax",
    "1 sip:a 0 0 ocmin=9;ocmax=5",
    "LIST_BAD_ATTRIBUTE",
    19,
    /ocmin=9 is more than ocmax=5/,
  ],
  ["an empty duid", "1 sip:a 0 0 duid=", "LIST_BAD_ATTRIBUTE", 13, /"duid" has no value/],
  [
    "an attribute twice",
    "1 sip:a 0 0 weight=5;Weight=6",
    "LIST_BAD_ATTRIBUTE",
    22,
    /"weight" is given twice/,
  ],
  ["an empty attribute", "1 sip:a 0 0 a=1;;b=2", "LIST_BAD_ATTRIBUTE", 17, /"" is not an attribute/],
  ["a quote that does not end", `1 sip:a 0 0 duid="x`, "LIST_BAD_ATTRIBUTE", 13, /is not an attribute/],
  ["a socket that is not ours", "1 sip:a 0 0 socket=udp:10.9.9.9:1", "LIST_BAD_ATTRIBUTE", 20, /no listener/],
  ["a ping_from that is no URI", "1 sip:a 0 0 ping_from=me", "LIST_BAD_ATTRIBUTE", 23, /ping_from=me/],
];

describe("parseList", () => {
  it.each(GOOD)("reads %s", (_name, line, entry) => {
    expect(listOf(line).entries).toMatchObject([entry]);
  });

  it.each(ATTRS)("reads attributes: %s", (_name, attrs, expected) => {
    expect([...(listOf(`1 sip:a 0 0 ${attrs}`).entries[0]?.attrs ?? [])]).toEqual(Object.entries(expected));
  });

  it.each(BAD)("refuses %s", (_name, line, code, column, message) => {
    const { problems } = parseList(`# list\n${line}\n`, "dispatcher.list", checks);
    expect(problems).toHaveLength(1);
    expect(problems?.[0]).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(problems?.[0]?.place).toEqual({ file: "dispatcher.list", line: 2, column, sourceLine: line });
  });

  it("takes an empty list, comments and a byte order mark", () => {
    expect(listOf("").entries).toEqual([]);
    expect(listOf("\uFEFF# setid uri", "", "  ", "\t# x", "1 sip:a").entries).toMatchObject([
      { uri: "sip:a", line: 5 },
    ]);
  });

  it("names every bad line and gives no list", () => {
    const { list, problems } = parseList("1 sip:a\nx sip:b y\n1 sip:c\n1\n", "l", checks);
    expect(list).toBeUndefined();
    expect(problems?.map(({ place }) => place && formatPlace(place))).toEqual(["l:2:1", "l:2:9", "l:4:2"]);
  });

  it.each([
    ["URI", "1 sip:a", "1 sip:b", " 1 sip:a 1 5", /set 1 has sip:a already, on line 1/],
    [
      "duid in another case",
      "1 sip:a 0 0 duid=X",
      "1 sip:b",
      " 1 sip:c 0 0 duid=x",
      /set 1 has duid=x already, on line 1/,
    ],
  ])("refuses the same %s twice in a set", (_name, first, second, third, message) => {
    const { problems } = parseList([first, second, third].join("\n"), "l", checks);
    expect(problems).toMatchObject([{ code: "LIST_DUPLICATE", place: { line: 3, column: 2 } }]);
    expect(problems?.[0]?.message).toMatch(message);
  });

  it("takes the same URI in two sets", () => {
    expect(listOf("1 sip:a", "2 sip:a").entries).toHaveLength(2);
  });

  it("comes to an end with very long lines of blanks and quotes", () => {
    const line = `1 sip:a 0 0 ${'x="'.repeat(5000)}`;
    const { problems } = parseList(`${" ".repeat(100_000)}\n${line}`, "l", checks);
    expect(problems).toHaveLength(1);
  });
});
