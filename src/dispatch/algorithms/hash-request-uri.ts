/** 3 in Kamailio. */
import { defineAlgorithm } from "../algorithm.ts";
import { hashOfUri, hashPicker } from "../hash-picker.ts";

export const hashRequestUri = defineAlgorithm({
  name: "hash-request-uri",
  number: 3,
  summary: "By a hash of user and host of the request-URI as it is now.",
  scope: "ring",
  tieOrder: "kamailio",
  createPicker: () => hashPicker((input) => hashOfUri(input.requestUri)),
});
