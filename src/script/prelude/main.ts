/**
 * The part of the script host that lives inside the sandbox: it makes the globals of a route script, and runs a route
 * function over the snapshot of one message. Bundled to one module and evaluated before the script
 * (script/prelude-source.ts).
 */
import { functions } from "./functions.ts";
import type { Host } from "./host.ts";
import { SNAPSHOT } from "./host.ts";
import { KSR } from "./ksr.ts";
import { setPv } from "./pv.ts";
import { logObject, pv, request, response } from "./request.ts";
import { begin, EXIT, state } from "./state.ts";

type Route = (message: unknown) => unknown;
let requestRoute: Route;
let replyRoute: Route | undefined;

const readOnly = (name: string) => (): never => {
  throw new TypeError(`${name} cannot be assigned to`);
};

/** Core values as in kamailio.cfg: `method == "INVITE"`. */
const coreValues: PropertyDescriptorMap = {
  method: { get: () => state.snapshot[SNAPSHOT.METHOD], set: readOnly("method") },
  uri: { get: () => state.requestUri, set: (value) => setPv("$ru", value) },
  src_ip: { get: () => state.snapshot[SNAPSHOT.SOURCE_IP], set: readOnly("src_ip") },
  src_port: { get: () => +(state.snapshot[SNAPSHOT.SOURCE_PORT] as string), set: readOnly("src_port") },
};

export function install(host: Host, logThreshold: number): void {
  state.host = host;
  state.logThreshold = logThreshold;
  for (const [name, value] of Object.entries({ ...functions, KSR, pv, log: logObject })) {
    Object.defineProperty(globalThis, name, { value, writable: false, configurable: false });
  }
  Object.defineProperties(globalThis, coreValues);
}

/** Takes the route functions of the script; the names of those that it has. */
export function adopt(entries: Record<string, unknown>): string {
  const found = Object.keys(entries).filter((name) => typeof entries[name] === "function");
  requestRoute = (entries.request_route ?? entries.ksr_request_route) as Route;
  replyRoute = (entries.reply_route ?? entries.ksr_reply_route) as Route | undefined;
  return found.join(" ");
}

/** Runs request_route and returns its verdict: records as script/verdict.ts reads them. */
export function runRequest(snapshot: string): string {
  begin(snapshot, "request");
  return run("request_route", requestRoute, request);
}

export function runReply(snapshot: string): string {
  begin(snapshot, "reply");
  return run("reply_route", replyRoute as Route, response);
}

function run(name: string, route: Route, message: unknown): string {
  let result: unknown;
  try {
    result = route(message);
  } catch (error) {
    if (error !== EXIT) throw error;
  }
  if (result instanceof Promise)
    throw new TypeError(`${name} is async: a route must decide before it returns`);
  return state.verdict;
}
