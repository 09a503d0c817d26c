/**
 * The flat built-ins, with Kamailio's names. What they answer is true when they answer it; what they ask for is carried
 * out by the host after the route function has returned. script/builtins/table.ts declares and documents each of them.
 */
import { algorithm, headerLines, integer, lineText, refuse, text } from "./arguments.ts";
import { LOG_LEVELS, SNAPSHOT } from "./host.ts";
import { getPv, setPv } from "./pv.ts";
import {
  EXIT,
  noMessage,
  type Phase,
  read,
  record,
  setDestinationUri,
  setRequestUri,
  state,
} from "./state.ts";

const MAX_SET = 2147483647;

function only(call: string, phase: Phase): void {
  if (state.phase === phase) return;
  if (state.phase === "load") throw noMessage(call);
  throw new Error(`${call}() cannot be called in ${state.phase}_route`);
}

function withMessage(call: string): void {
  if (state.phase === "load") throw noMessage(call);
}

/** The first decision stands; a second one is refused and logged, and the call goes on as decided. */
function decide(call: string): boolean {
  if (state.decision !== "") {
    log("warn", `${call} was ignored: ${state.decision} has decided this request already${caller()}`);
    return false;
  }
  state.decision = call;
  return true;
}

/** Where the script called from, for a log line that has no exception to carry its place. */
function caller(): string {
  const frame = (new Error().stack ?? "")
    .split("\n")
    .find((line) => line !== "" && !line.includes("signalbox:prelude"));
  return frame === undefined ? "" : ` (${frame.trim()})`;
}

export function log(level: keyof typeof LOG_LEVELS, message: unknown): void {
  const number = LOG_LEVELS[level];
  if (number >= state.logThreshold) state.host.log(number, String(message));
}

export const XLOG_LEVELS: Readonly<Record<string, keyof typeof LOG_LEVELS>> = {
  // A level comes from the script, and an object has `constructor` too.
  __proto__: null as never,
  L_DBG: "debug",
  L_INFO: "info",
  L_NOTICE: "info",
  L_WARN: "warn",
  L_ERR: "error",
  L_CRIT: "error",
  L_ALERT: "error",
  L_BUG: "error",
};

/** Pseudo-variables in the text are replaced by their values; `$$` is one dollar. */
function expand(message: string): string {
  return message.replace(
    /\$\$|\$\(?([A-Za-z]+)(\([^()]*(?:\([^()]*\))?[^()]*\))?\)?/g,
    (found, name, argument) => {
      if (found === "$$") return "$";
      const value = getPv(`$${name}${argument ?? ""}`);
      return value === null ? "<null>" : String(value);
    },
  );
}

function select(call: string, domain: boolean, set: unknown, alg: unknown, limit: unknown): boolean {
  only(call, "request");
  const uri = state.host.select(
    integer(call, "set", set, 0, MAX_SET),
    algorithm(call, "algorithm", alg),
    limit === undefined ? 0 : integer(call, "limit", limit, 0, MAX_SET),
    domain ? state.requestUri : "",
  );
  return use(uri, domain);
}

function use(uri: string, domain: boolean): boolean {
  if (uri === "") return false;
  record("s");
  if (domain) setRequestUri(uri);
  else setDestinationUri(uri);
  return true;
}

function checkUri(call: string, parameter: string, uri: string): void {
  const fault = state.host.uriFault(uri);
  if (fault !== "") refuse(call, parameter, "a SIP URI", `${uri} (${fault})`);
}

export const functions = {
  ds_select_dst: (set: unknown, alg: unknown, limit?: unknown) =>
    select("ds_select_dst", false, set, alg, limit),
  ds_select_domain: (set: unknown, alg: unknown, limit?: unknown) =>
    select("ds_select_domain", true, set, alg, limit),
  ds_next_dst(): boolean {
    only("ds_next_dst", "request");
    return use(state.host.next(""), false);
  },
  ds_next_domain(): boolean {
    only("ds_next_domain", "request");
    return use(state.host.next(state.requestUri), true);
  },
  ds_mark_dst(mark?: unknown): boolean {
    withMessage("ds_mark_dst");
    const letters = mark === undefined ? "" : text("ds_mark_dst", "state", mark);
    if (!/^[aitdp]*$/i.test(letters)) refuse("ds_mark_dst", "state", "letters of a, i, t, d and p", mark);
    return state.host.mark(letters.toLowerCase());
  },
  ds_mark_addr(mark: unknown, set: unknown, uri: unknown): boolean {
    withMessage("ds_mark_addr");
    const letters = text("ds_mark_addr", "state", mark);
    if (!/^[aitdp]+$/i.test(letters)) refuse("ds_mark_addr", "state", "letters of a, i, t, d and p", mark);
    return state.host.markAddress(
      letters.toLowerCase(),
      integer("ds_mark_addr", "set", set, 0, MAX_SET),
      text("ds_mark_addr", "uri", uri),
    );
  },
  ds_is_from_list(set?: unknown, mode?: unknown, uri?: unknown): boolean {
    withMessage("ds_is_from_list");
    return state.host.isFromList(
      set === undefined ? -1 : integer("ds_is_from_list", "set", set, -1, MAX_SET),
      mode === undefined ? 2 : integer("ds_is_from_list", "mode", mode, 0, 31),
      uri === undefined ? "" : text("ds_is_from_list", "uri", uri),
    );
  },
  ds_list_exists(set: unknown): boolean {
    return state.host.listExists(integer("ds_list_exists", "set", set, 0, MAX_SET));
  },
  ds_is_active(set: unknown, uri?: unknown): boolean {
    return state.host.isActive(
      integer("ds_is_active", "set", set, 0, MAX_SET),
      uri === undefined ? "" : text("ds_is_active", "uri", uri),
    );
  },
  ds_load_update(): boolean {
    withMessage("ds_load_update");
    return state.host.loadUpdate();
  },
  ds_load_unset(): boolean {
    withMessage("ds_load_unset");
    return state.host.loadUnset();
  },
  sl_send_reply(code: unknown, reason: unknown): boolean {
    only("sl_send_reply", "request");
    const status = integer("sl_send_reply", "code", code, 100, 699);
    const phrase = lineText("sl_send_reply", "reason", reason);
    if (phrase === "") refuse("sl_send_reply", "reason", "a text that is not empty", reason);
    if (state.snapshot[SNAPSHOT.METHOD] === "ACK") return false;
    if (status >= 200 && !decide(`sl_send_reply(${status})`)) return false;
    record("r", `${status}`, phrase);
    return true;
  },
  forward(uri?: unknown, port?: unknown): boolean {
    only("forward", "request");
    if (uri === undefined) {
      if (!decide("forward()")) return false;
      record("f");
      return true;
    }
    let target = text("forward", "uri", uri);
    if (!/^sips?:/i.test(target)) {
      const at = port === undefined ? "" : `:${integer("forward", "port", port, 1, 65535)}`;
      target = `sip:${target.includes(":") && !target.startsWith("[") && at !== "" ? `[${target}]` : target}${at}`;
    }
    checkUri("forward", "uri", target);
    if (!decide(`forward(${target})`)) return false;
    record("f", target);
    return true;
  },
  drop(): never {
    withMessage("drop");
    if (state.decision === "") {
      state.decision = "drop()";
      record("x");
    }
    throw EXIT;
  },
  exit(): never {
    withMessage("exit");
    throw EXIT;
  },
  mf_process_maxfwd_header(limit: unknown): boolean {
    only("mf_process_maxfwd_header", "request");
    const most = integer("mf_process_maxfwd_header", "limit", limit, 1, 255);
    if (state.maxForwards === 0) return false;
    const next = state.maxForwards < 0 ? most : Math.min(state.maxForwards, 70) - 1;
    state.maxForwards = next;
    record("m", `${next}`);
    return true;
  },
  has_totag(): boolean {
    withMessage("has_totag");
    return state.snapshot[SNAPSHOT.TO_TAG] === "1";
  },
  is_method(names: unknown): boolean {
    withMessage("is_method");
    const list = text("is_method", "methods", names);
    const method = state.snapshot[SNAPSHOT.METHOD] as string;
    return list === method || (list.includes("|") && list.split("|").some((name) => name.trim() === method));
  },
  record_route(): boolean {
    only("record_route", "request");
    if (state.recordRouted) return false;
    state.recordRouted = true;
    record("o");
    return true;
  },
  loose_route(): boolean {
    only("loose_route", "request");
    const code = +(state.snapshot[SNAPSHOT.ROUTE_CODE] as string);
    if (code <= 0 || state.looseRouted > 0) return state.looseRouted > 0;
    state.looseRouted = code;
    const requestUri = state.snapshot[SNAPSHOT.ROUTE_REQUEST_URI] as string;
    if (requestUri !== "") state.requestUri = requestUri;
    state.destinationUri = state.snapshot[SNAPSHOT.ROUTE_DESTINATION_URI] as string;
    record("l");
    return true;
  },
  append_hf(lines: unknown): boolean {
    withMessage("append_hf");
    record("a", headerLines("append_hf", "header", lines));
    return true;
  },
  insert_hf(lines: unknown): boolean {
    withMessage("insert_hf");
    record("i", headerLines("insert_hf", "header", lines));
    return true;
  },
  remove_hf(name: unknown): boolean {
    withMessage("remove_hf");
    const header = lineText("remove_hf", "name", name);
    if (read(`$hdr(${header})`) === null) return false;
    record("h", header);
    return true;
  },
  is_present_hf(name: unknown): boolean {
    withMessage("is_present_hf");
    return read(`$hdr(${lineText("is_present_hf", "name", name)})`) !== null;
  },
  is_myself(uri: unknown): boolean {
    withMessage("is_myself");
    return state.host.isMyself(text("is_myself", "uri", uri));
  },
  xlog(levelOrText: unknown, message?: unknown): boolean {
    withMessage("xlog");
    const level = message === undefined ? "info" : XLOG_LEVELS[text("xlog", "level", levelOrText)];
    if (level === undefined) refuse("xlog", "level", Object.keys(XLOG_LEVELS).join(", "), levelOrText);
    const line = text("xlog", "text", message === undefined ? levelOrText : message);
    if (LOG_LEVELS[level] >= state.logThreshold) log(level, expand(line));
    return true;
  },
};

export { checkUri, getPv, setPv };
