/** The built-in algorithms, in the order of the documentation. */
import type { Algorithm } from "../algorithm.ts";
import { callLoad } from "./call-load.ts";
import { first } from "./first.ts";
import { hashAuthUser } from "./hash-auth-user.ts";
import { hashCallId } from "./hash-call-id.ts";
import { hashFromUri } from "./hash-from-uri.ts";
import { hashPv } from "./hash-pv.ts";
import { hashRequestUri } from "./hash-request-uri.ts";
import { hashToUri } from "./hash-to-uri.ts";
import { random } from "./random.ts";
import { roundRobin } from "./round-robin.ts";
import { weight } from "./weight.ts";

export const BUILT_IN_ALGORITHMS: readonly Algorithm[] = [
  hashCallId,
  hashFromUri,
  hashToUri,
  hashRequestUri,
  roundRobin,
  hashAuthUser,
  random,
  hashPv,
  first,
  weight,
  callLoad,
];
