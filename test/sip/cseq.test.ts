import { expect, it } from "vitest";
import { parseCSeq } from "../../src/sip/cseq.ts";

const rows: [name: string, value: string, number?: number, method?: string][] = [
  ["a usual one", "1 INVITE", 1, "INVITE"],
  ["leading zeros and several blanks", "0009 \t INVITE", 9, "INVITE"],
  ["zero", "0 ACK", 0, "ACK"],
  ["the largest (8.1.1.5)", "2147483647 BYE", 2147483647, "BYE"],
  ["one more", "2147483648 BYE"],
  ["36893488147419103232 (RFC 4475 3.1.2.4)", "36893488147419103232 REGISTER"],
  [
    "odd but allowed method",
    "1 !interesting-Method0123456789_*+`.%indeed'~",
    1,
    "!interesting-Method0123456789_*+`.%indeed'~",
  ],
  ["no method", "1"],
  ["no method behind the blank", "1 "],
  ["no number", "INVITE"],
  ["blank first", " INVITE"],
  ["a sign", "-1 INVITE"],
  ["a fraction", "1.0 INVITE"],
  ["two words", "1 INVITE x"],
  ["nothing", ""],
];

it.each(rows)("%s", (_name, value, number, method) => {
  expect(parseCSeq(value)).toEqual(number === undefined ? undefined : { number, method });
});
