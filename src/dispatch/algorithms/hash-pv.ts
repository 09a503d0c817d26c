/** 7 in Kamailio. */
import { defineAlgorithm } from "../algorithm.ts";
import { hashOfText, hashPicker } from "../hash-picker.ts";

export const hashPv = defineAlgorithm({
  name: "hash-pv",
  number: 7,
  summary: "By a hash of the text of the parameter hash_pvar; no choice when that is empty.",
  scope: "ring",
  tieOrder: "kamailio",
  createPicker: () => hashPicker((input) => hashOfText(input.hashText || undefined)),
});
