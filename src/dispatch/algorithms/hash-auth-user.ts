/** 5 in Kamailio. */
import { defineAlgorithm } from "../algorithm.ts";
import { hashOfText, hashPicker } from "../hash-picker.ts";

export const hashAuthUser = defineAlgorithm({
  name: "hash-auth-user",
  number: 5,
  summary: "By a hash of the user who authenticates; a request without credentials is placed round-robin.",
  scope: "ring",
  tieOrder: "kamailio",
  fallback: "round-robin",
  createPicker: () => hashPicker((input) => hashOfText(input.authUser || undefined)),
});
