import { describe, expect, it } from "vitest";
import { parseNameAddr, splitValues } from "../../src/sip/name-addr.ts";

describe("parseNameAddr reads (RFC 3261 20.10, 20.20)", () => {
  const rows: [name: string, text: string, displayName: string, uri: string, tag: string | undefined][] = [
    ["name-addr", "<sip:a@b>;tag=1", "", "sip:a@b", "1"],
    ["addr-spec: parameters are the header's", "sip:a@b;tag=1", "", "sip:a@b", "1"],
    ["parameters of the URI in brackets", "<sip:a@b;tag=no>;x;TAG=yes", "", "sip:a@b;tag=no", "yes"],
    ["a quoted name", '"A, <B>; \\"C" <sip:a@b>', '"A, <B>; \\"C"', "sip:a@b", undefined],
    ["a quoted name that ends in a backslash", '"A\\\\"<sip:a@b>', '"A\\\\"', "sip:a@b", undefined],
    ["tokens", "Alice B <sip:a@b>", "Alice B", "sip:a@b", undefined],
    ["no blank before the bracket", "Alice<sip:a@b>", "Alice", "sip:a@b", undefined],
    ["blanks in the brackets (RFC 4475 3.1.2.14)", "< sip:a@b >", "", "sip:a@b", undefined],
    ["folds", '"A"\r\n <sip:a@b>\r\n ;\r\n tag\r\n =\r\n 1', '"A"', "sip:a@b", "1"],
    ["another scheme", "<tel:+1>;tag=x", "", "tel:+1", "x"],
    ["a comma in brackets", "<sip:a,b@c>", "", "sip:a,b@c", undefined],
    ["a tag without a value", "<sip:a@b>;tag", "", "sip:a@b", undefined],
    ["a tag from Object.prototype", "<sip:a@b>;__proto__=x;constructor", "", "sip:a@b", undefined],
  ];
  it.each(rows)("%s", (_name, text, displayName, uri, tag) => {
    expect(parseNameAddr(text, 0, text.length)).toMatchObject({ displayName, uri, tag, end: text.length });
  });

  it("ends at the comma of the next value", () => {
    const text = '"a,b" <sip:a@b,c>;x="," , <sip:d@e>';
    expect(parseNameAddr(text, 0, text.length)?.end).toBe(text.indexOf(", <sip:d"));
  });
});

describe("parseNameAddr refuses", () => {
  const rows: [string, string][] = [
    ["nothing", ""],
    ["a quote without its end", '"A <sip:a@b>'],
    ["a bracket without its end", "<sip:a@b"],
    ["no URI", "Alice"],
    ["empty brackets", "<>"],
    ["brackets with blanks only", "<  >"],
    ["text behind the brackets", "<sip:a@b> x"],
    ["an empty parameter", "<sip:a@b>;;tag=1"],
    ["a comma in a name without quotes (RFC 4475 3.1.2.15)", "Bell, Alexander <sip:a@b>"],
  ];
  it.each(rows)("%s", (_name, text) => expect(parseNameAddr(text, 0, text.length)).toBeUndefined());
});

describe("splitValues", () => {
  const rows: [string, string, string[]][] = [
    ["one value", "<sip:a>", ["<sip:a>"]],
    ["several", "<sip:a>,<sip:b> ,  <sip:c>", ["<sip:a>", "<sip:b> ", "  <sip:c>"]],
    ["commas in quotes and brackets", '"a,b" <sip:c,d>,<sip:e>', ['"a,b" <sip:c,d>', "<sip:e>"]],
    ["a quote without its end", '"a,b', ['"a,b']],
    ["nothing", "", [""]],
    ["only commas", ",,", ["", "", ""]],
  ];
  it.each(rows)("%s", (_name, text, values) => {
    expect(splitValues(text, 0, text.length).map(({ start, end }) => text.slice(start, end))).toEqual(values);
  });
});
