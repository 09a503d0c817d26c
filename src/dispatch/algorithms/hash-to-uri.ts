/** 2 in Kamailio. */
import { defineAlgorithm } from "../algorithm.ts";
import { hashOfUri, hashPicker } from "../hash-picker.ts";

export const hashToUri = defineAlgorithm({
  name: "hash-to-uri",
  number: 2,
  summary: "By a hash of user and host of the To URI.",
  scope: "ring",
  tieOrder: "kamailio",
  createPicker: () => hashPicker((input) => hashOfUri(input.to)),
});
