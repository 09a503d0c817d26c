/**
 * The config file: every key with its meaning, unit, range and default. docs/config.md is generated from this.
 * The text of each `error` completes "expected ...".
 */
import { z } from "zod";
import type { DispatcherParams } from "../dispatch/params.ts";
import { DEFAULT_DISPATCHER_PARAMS as KAMAILIO } from "../dispatch/params.ts";
import { LOG_LEVELS } from "../support/log.ts";
import { isHost, parseHostPort, parseListenAddress } from "./address.ts";

const LISTEN_FORM = "udp:ADDRESS:PORT with an IP address, such as udp:10.0.0.1:5060 or udp:[::1]:5060";
const ADVERTISE_FORM = "HOST or HOST:PORT, such as sip.example.com:5060";

function text(error: string) {
  return z.string({ error }).min(1, { error });
}

function whole(least: number, most: number, unit = "") {
  const error = `a whole number from ${least} to ${most}${unit && ` (${unit})`}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

function oneOf<const Choices extends readonly [string, ...string[]]>(choices: Choices) {
  return z.enum(choices, { error: `one of ${choices.join(", ")}` });
}

const listenAddress = text(LISTEN_FORM).refine((value) => parseListenAddress(value) !== undefined, {
  error: LISTEN_FORM,
});

const advertise = text(ADVERTISE_FORM).refine((value) => parseHostPort(value) !== undefined, {
  error: ADVERTISE_FORM,
});

const listener = z.union([
  listenAddress,
  z.strictObject(
    {
      address: listenAddress.describe("Where to listen"),
      advertise: advertise
        .optional()
        .describe(
          "Host and port to write in Via and Record-Route instead, where NAT or DNS names it otherwise",
        ),
    },
    { error: `${LISTEN_FORM}, or a mapping with address and advertise` },
  ),
]);

const dispatcher = z.strictObject(
  {
    flags: whole(0, 3)
      .default(KAMAILIO.flags)
      .describe(
        "Bits: 1 hashes only the user part of a URI; 2 keeps the rest of the set for failover (Kamailio's default is 0)",
      ),
    force_dst: whole(0, 1)
      .default(KAMAILIO.force_dst)
      .describe("1: selecting replaces a destination URI that is already set; 0: that is an error"),
    use_default: whole(0, 1)
      .default(KAMAILIO.use_default)
      .describe("1: the last entry of a set is its fallback and takes no part in the choice"),
    hash_pvar: z
      .string({ error: "text with pseudo-variables, such as $fU@$ci" })
      .default(KAMAILIO.hash_pvar)
      .describe("Text with pseudo-variables that algorithm 7 hashes, such as `$fU@$ci`; empty is none"),
    ds_hash_size: whole(0, 20)
      .default(KAMAILIO.ds_hash_size)
      .describe(
        "Above 0: calls are counted, which algorithm 10 needs. (In Kamailio log2 of the size of the table)",
      ),
    ds_hash_expire: whole(1, 2_000_000, "seconds")
      .default(KAMAILIO.ds_hash_expire)
      .describe("Seconds that a confirmed call counts when nothing ends it"),
    ds_hash_initexpire: whole(1, 2_000_000, "seconds")
      .default(KAMAILIO.ds_hash_initexpire)
      .describe("Seconds that a call counts which no 2xx has confirmed"),
    ds_hash_check_interval: whole(1, 86_400, "seconds")
      .default(KAMAILIO.ds_hash_check_interval)
      .describe("Seconds between two sweeps for expired calls"),
    ds_probing_mode: whole(0, 3)
      .default(KAMAILIO.ds_probing_mode)
      .describe(
        "Who is probed. 0: flagged destinations; 1: all; 2: inactive flagged ones; 3: flagged, keeping the flag",
      ),
    ds_probing_threshold: whole(1, 1000)
      .default(KAMAILIO.ds_probing_threshold)
      .describe("Failures before a destination is inactive"),
    ds_inactive_threshold: whole(1, 1000)
      .default(KAMAILIO.ds_inactive_threshold)
      .describe("Successes before an inactive destination is active again"),
    ds_dns_mode: whole(0, 15)
      .default(KAMAILIO.ds_dns_mode)
      .describe("Bits: 1 resolves host names when the list is loaded"),
    tie_order: oneOf(["file", "kamailio"])
      .default(KAMAILIO.tie_order)
      .describe(
        "Order of equal priorities for algorithms that do not hash: `file` as the lines come, `kamailio` the reverse",
      ),
  } satisfies Record<keyof DispatcherParams, z.ZodType>,
  { error: "a mapping of dispatcher parameters" },
);

const limits = z.strictObject(
  {
    time_ms: whole(1, 10_000, "milliseconds")
      .default(50)
      .describe("Milliseconds that one call of the route script may take; more is a 500 and a logged error"),
    memory_mb: whole(2, 1024, "megabytes").default(32).describe("Megabytes that the route script may hold"),
    stack_kb: whole(64, 256, "kilobytes")
      .default(256)
      .describe("Kilobytes of stack for the route script; above 256 the sandbox cannot be kept safe"),
    stall_ms: whole(100, 60_000, "milliseconds")
      .default(1000)
      .describe("Milliseconds without a heartbeat after which the data plane is ended and started again"),
  },
  { error: "a mapping of limits" },
);

const log = z.strictObject(
  {
    level: oneOf(LOG_LEVELS).default("info").describe("Least level that is logged"),
    pretty: z
      .boolean({ error: "true or false" })
      .optional()
      .describe("Lines for people instead of JSON. Default: true when standard output is a terminal"),
  },
  { error: "a mapping of log settings" },
);

export const configSchema = z.strictObject(
  {
    listen: z
      .array(listener, { error: "a list of addresses" })
      .min(1, { error: "at least one address" })
      .default(["udp:127.0.0.1:5060"])
      .describe(
        "Addresses to receive on. Each is `udp:ADDRESS:PORT`, or a mapping with `address` and `advertise`",
      ),
    routes: text("the path of a route script").default("routes/main.js").describe("The route script"),
    list: text("the path of a destination list")
      .default("dispatcher.list")
      .describe("The destination list, in the format of Kamailio's dispatcher.list"),
    plugins: text("the path of a directory")
      .default("plugins")
      .describe("Directory of algorithm plugins; it may be missing"),
    aliases: z
      .array(
        z
          .string({ error: "a host name or an IP address" })
          .refine((value) => isHost(value) || parseHostPort(`[${value}]`), {
            error: "a host name or an IP address",
          }),
        { error: "a list of host names" },
      )
      .default([])
      .describe("More host names that count as this proxy's own, in Route headers and request-URIs"),
    dispatcher: dispatcher.prefault({}).describe("Kamailio's dispatcher parameters, by their names there"),
    limits: limits.prefault({}).describe("What one route script may use"),
    log: log.prefault({}).describe("Logging"),
  },
  { error: "a mapping of settings" },
);

/** The content of a config file, checked, with every default filled in. */
export type ConfigFile = z.output<typeof configSchema>;
