/** 0 in Kamailio. */
import { defineAlgorithm } from "../algorithm.ts";
import { hashOfText, hashPicker } from "../hash-picker.ts";

export const hashCallId = defineAlgorithm({
  name: "hash-call-id",
  number: 0,
  summary: "By a hash of the Call-ID: all requests of a call go to the same destination.",
  scope: "ring",
  tieOrder: "kamailio",
  createPicker: () => hashPicker((input) => hashOfText(input.callId)),
});
