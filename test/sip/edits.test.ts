import { describe, expect, it } from "vitest";
import { Edits } from "../../src/sip/edits.ts";
import { HeaderId } from "../../src/sip/header-name.ts";
import type { SipMessage } from "../../src/sip/message.ts";
import { parseMessage } from "../../src/sip/parse.ts";
import { linesText } from "../support/sip-message.ts";

const START = "INVITE sip:a SIP/2.0";
const HEADERS = [
  "v :  SIP/2.0/UDP a;branch=x ,SIP/2.0/UDP b;branch=y",
  "Subject:\r\n  folded\r\n\tvalue  ",
  "Via: SIP/2.0/UDP c",
  "X-odd:a",
  "Contact: <sip:a>",
  "l: 2",
];
const message = (headers = HEADERS): SipMessage =>
  parseMessage(linesText(START, ...headers, "", "hi")) as SipMessage;

describe("no edits", () => {
  const usual = linesText(START, ...HEADERS, "", "hi");
  const rows: [string, string, string?][] = [
    ["leaves every byte as it is", usual],
    ["LF only", usual.replaceAll("\r\n", "\n")],
    ["bytes beyond ASCII, NUL", usual.replace("folded", "\xff\0\xc3")],
    ["no headers", `${START}\r\n\r\n`],
    ["without blank lines before the start line", `\r\n\r\n${usual}`, usual],
    ["without what is behind the body", `${usual} and more`, usual],
  ];
  it.each(rows)("%s", (_name, text, expected = text) => {
    expect(new Edits(parseMessage(text) as SipMessage).serialize()).toBe(expected);
  });
});

describe("an edit touches its line only", () => {
  const [VIAS, SUBJECT, VIA_C, ODD, CONTACT, LENGTH] = HEADERS as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const line = (of: SipMessage, index: number) => of.lines[index]!;
  const rows: [string, (edits: Edits, of: SipMessage) => void, string[]][] = [
    ["start line", (e) => e.setStartLine("X"), ["X", ...HEADERS]],
    [
      "replace",
      (e, m) => e.replace(line(m, 1), "S: b\r\n"),
      [START, VIAS, "S: b", VIA_C, ODD, CONTACT, LENGTH],
    ],
    [
      "replace by two",
      (e, m) => e.replace(line(m, 3), "A: 1\r\nB: 2\r\n"),
      [START, VIAS, SUBJECT, VIA_C, "A: 1", "B: 2", CONTACT, LENGTH],
    ],
    [
      "the last replacement stands",
      (e, m) => {
        e.remove(line(m, 3));
        e.replace(line(m, 3), "A: 1\r\n");
      },
      [START, VIAS, SUBJECT, VIA_C, "A: 1", CONTACT, LENGTH],
    ],
    ["remove first", (e, m) => e.remove(line(m, 0)), [START, SUBJECT, VIA_C, ODD, CONTACT, LENGTH]],
    ["remove last", (e, m) => e.remove(line(m, 5)), [START, VIAS, SUBJECT, VIA_C, ODD, CONTACT]],
    ["remove all", (e, m) => m.lines.forEach((each) => void e.remove(each)), [START]],
    [
      "prepend: the last one on top",
      (e) => {
        e.prepend("A: 1\r\n");
        e.prepend("B: 2\r\n");
      },
      [START, "B: 2", "A: 1", ...HEADERS],
    ],
    [
      "append: in order",
      (e) => {
        e.append("A: 1\r\n");
        e.append("B: 2\r\n");
      },
      [START, ...HEADERS, "A: 1", "B: 2"],
    ],
    [
      "Record-Route behind the last Via",
      (e) => e.insertRecordRoute("RR: 1\r\n"),
      [START, VIAS, SUBJECT, VIA_C, "RR: 1", ODD, CONTACT, LENGTH],
    ],
    [
      "all at once",
      (e, m) => {
        e.setStartLine("X");
        e.prepend("P: 1\r\n");
        e.remove(line(m, 0));
        e.insertRecordRoute("RR: 1\r\n");
        e.replace(line(m, 3), "O: 1\r\n");
        e.append("T: 1\r\n");
      },
      ["X", "P: 1", SUBJECT, VIA_C, "RR: 1", "O: 1", CONTACT, LENGTH, "T: 1"],
    ],
  ];
  it.each(rows)("%s", (_name, edit, expected) => {
    const of = message();
    const edits = new Edits(of);
    edit(edits, of);
    expect(edits.serialize()).toBe(linesText(...expected, "", "hi"));
  });
});

describe("where Record-Route goes (RFC 3261 16.6 step 4)", () => {
  const rows: [string, string[], string[]][] = [
    [
      "before the first one",
      ["Via: a", "X: 1", "Record-Route: <sip:b>", "Record-Route: <sip:c>"],
      ["Via: a", "X: 1", "RR", "Record-Route: <sip:b>", "Record-Route: <sip:c>"],
    ],
    ["behind the Vias when they are last", ["X: 1", "Via: a"], ["X: 1", "Via: a", "RR"]],
    ["first when there is neither", ["X: 1"], ["RR", "X: 1"]],
  ];
  it.each(rows)("%s", (_name, headers, expected) => {
    const edits = new Edits(message(headers));
    edits.insertRecordRoute("RR\r\n");
    expect(edits.serialize()).toBe(linesText(START, ...expected, "", "hi"));
  });
});

describe("removeValuesBefore", () => {
  const rows: [string, string, string[]][] = [
    ["the first of a joined line", "Via: SIP/2.0/UDP a;x , SIP/2.0/UDP b", ["Via: SIP/2.0/UDP b", "X: 1"]],
    ["the only one: the line goes", "Via: SIP/2.0/UDP a;x  ", ["X: 1"]],
    ["a folded joined line", "v:SIP/2.0/UDP a\r\n ,\r\n SIP/2.0/UDP b", ["v:SIP/2.0/UDP b", "X: 1"]],
  ];
  it.each(rows)("%s", (_name, via, expected) => {
    const of = message([via, "X: 1"]);
    const edits = new Edits(of);
    edits.removeValuesBefore(of.line(HeaderId.VIA)!, of.topVia!.end);
    expect(edits.serialize()).toBe(linesText(START, ...expected, "", "hi"));
  });
});
