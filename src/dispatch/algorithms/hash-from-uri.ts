/** 1 in Kamailio. */
import { defineAlgorithm } from "../algorithm.ts";
import { hashOfUri, hashPicker } from "../hash-picker.ts";

export const hashFromUri = defineAlgorithm({
  name: "hash-from-uri",
  number: 1,
  summary: "By a hash of user and host of the From URI.",
  scope: "ring",
  tieOrder: "kamailio",
  createPicker: () => hashPicker((input) => hashOfUri(input.from)),
});
