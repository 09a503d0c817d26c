/**
 * `KSR.*`: the same built-ins under KEMI's names, argument order and return codes (1 and -1, since -1 is true in
 * JavaScript), so that a route written for Kamailio's app_jsdt runs here.
 */
import { text } from "./arguments.ts";
import { functions, getPv, log, setPv } from "./functions.ts";
import { SNAPSHOT } from "./host.ts";
import { setDestinationUri, state } from "./state.ts";

type Flat = (...args: unknown[]) => boolean;
const code =
  (flat: Flat) =>
  (...args: unknown[]): number =>
    flat(...args) ? 1 : -1;
const f = functions as unknown as Record<string, Flat>;
const coded = (name: string) => code(f[name] as Flat);

const METHODS = [
  "INVITE",
  "ACK",
  "BYE",
  "CANCEL",
  "REGISTER",
  "OPTIONS",
  "SUBSCRIBE",
  "PUBLISH",
  "NOTIFY",
  "REFER",
];
METHODS.push("INFO", "UPDATE", "PRACK", "MESSAGE");
/** The letters of KSR.is_method_in(); INFO has none. */
const METHOD_LETTERS: Record<string, string> = {
  I: "INVITE",
  A: "ACK",
  B: "BYE",
  C: "CANCEL",
  M: "MESSAGE",
  R: "REGISTER",
  E: "PRACK",
  P: "PUBLISH",
  S: "SUBSCRIBE",
  N: "NOTIFY",
  O: "OPTIONS",
  F: "REFER",
  U: "UPDATE",
};

const method = (): string => state.snapshot[SNAPSHOT.METHOD] as string;
const orElse = (value: string | number | null, other: string): string | number => value ?? other;
const header = (name: unknown): string | number | null => getPv(`$hdr(${text("KSR.hdr", "name", name)})`);

function set(name: string, value: unknown): boolean {
  setPv(name, value);
  return true;
}

const isMethods = Object.fromEntries(METHODS.map((name) => [`is_${name}`, () => method() === name]));

export const KSR = Object.freeze({
  ...isMethods,
  is_method: f.is_method as Flat,
  is_method_in: (letters: unknown) =>
    [...text("KSR.is_method_in", "letters", letters).toUpperCase()].some(
      (letter) => METHOD_LETTERS[letter] === method(),
    ),
  forward: coded("forward"),
  forward_uri: coded("forward"),
  is_myself: f.is_myself as Flat,
  is_myself_ruri: () => functions.is_myself(state.requestUri),
  seturi: (uri: unknown) => set("$ru", uri),
  setuser: (user: unknown) => set("$rU", user),
  sethost: (host: unknown) => set("$rd", host),
  setdsturi: (uri: unknown) => set("$du", uri),
  resetdsturi: () => {
    setDestinationUri("");
    return true;
  },
  isdsturiset: () => state.destinationUri !== "",
  dbg: (message: unknown) => log("debug", message),
  info: (message: unknown) => log("info", message),
  notice: (message: unknown) => log("info", message),
  warn: (message: unknown) => log("warn", message),
  err: (message: unknown) => log("error", message),
  crit: (message: unknown) => log("error", message),
  x: { exit: functions.exit, drop: functions.drop },
  pv: {
    get: getPv,
    gete: (name: unknown) => orElse(getPv(name), ""),
    getw: (name: unknown) => orElse(getPv(name), "<null>"),
    geti: (name: unknown) => Math.trunc(Number(getPv(name) ?? 0)) || 0,
    getvs: (name: unknown, other: string) => orElse(getPv(name), other),
    sets: (name: string, value: unknown) => set(name, value),
    seti: (name: string, value: unknown) => set(name, value),
    unset: (name: string) => set(name, null),
    is_null: (name: unknown) => getPv(name) === null,
  },
  hdr: {
    append: coded("append_hf"),
    insert: coded("insert_hf"),
    /** As in KEMI: 1 even if there was none. */
    remove: (name: unknown) => {
      functions.remove_hf(name);
      return 1;
    },
    is_present: coded("is_present_hf"),
    get: header,
    gete: (name: unknown) => orElse(header(name), ""),
    getw: (name: unknown) => orElse(header(name), "<null>"),
  },
  kx: {
    get_ruri: () => getPv("$ru"),
    get_ruser: () => getPv("$rU"),
    get_rhost: () => getPv("$rd"),
    get_furi: () => getPv("$fu"),
    get_turi: () => getPv("$tu"),
    get_duri: () => getPv("$du"),
    get_ua: () => getPv("$ua"),
    get_srcip: () => getPv("$si"),
    get_srcport: () => getPv("$sp"),
    get_method: method,
    get_callid: () => getPv("$ci"),
    get_body: () => getPv("$rb"),
  },
  sl: { sl_send_reply: coded("sl_send_reply"), send_reply: coded("sl_send_reply") },
  textops: {
    is_present_hf: coded("is_present_hf"),
    remove_hf: (name: unknown) => {
      functions.remove_hf(name);
      return 1;
    },
  },
  maxfwd: { process_maxfwd: coded("mf_process_maxfwd_header") },
  siputils: {
    has_totag: coded("has_totag"),
    is_request: () => (state.phase === "request" ? 1 : -1),
    is_reply: () => (state.phase === "reply" ? 1 : -1),
  },
  rr: { record_route: coded("record_route"), loose_route: coded("loose_route") },
  xlog: {
    xlog: coded("xlog"),
    xinfo: (message: unknown) => code(f.xlog as Flat)("L_INFO", message),
    xerr: (message: unknown) => code(f.xlog as Flat)("L_ERR", message),
    xdbg: (message: unknown) => code(f.xlog as Flat)("L_DBG", message),
  },
  dispatcher: {
    ds_select_dst: coded("ds_select_dst"),
    ds_select_dst_limit: coded("ds_select_dst"),
    ds_select_domain: coded("ds_select_domain"),
    ds_select_domain_limit: coded("ds_select_domain"),
    ds_next_dst: coded("ds_next_dst"),
    ds_next_domain: coded("ds_next_domain"),
    ds_mark_dst: coded("ds_mark_dst"),
    ds_mark_dst_state: coded("ds_mark_dst"),
    ds_mark_addr: coded("ds_mark_addr"),
    ds_is_from_lists: coded("ds_is_from_list"),
    ds_is_from_list: coded("ds_is_from_list"),
    ds_is_from_list_mode: coded("ds_is_from_list"),
    ds_is_from_list_uri: coded("ds_is_from_list"),
    ds_list_exists: coded("ds_list_exists"),
    ds_is_active: coded("ds_is_active"),
    ds_is_active_uri: coded("ds_is_active"),
    /** KEMI answers 0 here for done, not 1. */
    ds_load_update: () => (functions.ds_load_update() ? 0 : -1),
    ds_load_unset: () => (functions.ds_load_unset() ? 0 : -1),
  },
});
