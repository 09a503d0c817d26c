/** The typed object that a route function is handed: the same things as the flat built-ins, for who prefers them. */
import { lineText } from "./arguments.ts";
import { functions, getPv, log, setPv } from "./functions.ts";
import { SNAPSHOT } from "./host.ts";
import { state } from "./state.ts";

const pvText = (name: string): string | undefined => {
  const value = getPv(name);
  return value === null ? undefined : String(value);
};

/** Address of From or To; each part undefined when it is not there. */
function party(letter: "f" | "t") {
  return {
    get uri() {
      return pvText(`$${letter}u`);
    },
    get user() {
      return pvText(`$${letter}U`);
    },
    get host() {
      return pvText(`$${letter}d`);
    },
    get tag() {
      return pvText(`$${letter}t`);
    },
  };
}

const common = {
  get method(): string {
    return state.snapshot[SNAPSHOT.METHOD] as string;
  },
  get sourceIp(): string {
    return state.snapshot[SNAPSHOT.SOURCE_IP] as string;
  },
  get sourcePort(): number {
    return +(state.snapshot[SNAPSHOT.SOURCE_PORT] as string);
  },
  get callId() {
    return pvText("$ci");
  },
  get userAgent() {
    return pvText("$ua");
  },
  get body() {
    return pvText("$rb");
  },
  from: party("f"),
  to: party("t"),
  /** Value of the first such header. */
  header(name: unknown): string | undefined {
    return pvText(`$hdr(${lineText("header", "name", name)})`);
  },
  headers(name: unknown): string[] {
    const all = state.host.readAll(lineText("headers", "name", name));
    return all === "" ? [] : all.split("\n");
  },
  appendHeader: (name: unknown, value: unknown): boolean =>
    functions.append_hf(
      `${lineText("appendHeader", "name", name)}: ${lineText("appendHeader", "value", value)}`,
    ),
  removeHeader: functions.remove_hf,
  drop: functions.drop,
};

/** `Object.assign` would call the getters: this copies them. */
function withCommon<T extends object>(own: T): T & typeof common {
  return Object.freeze(
    Object.defineProperties(
      {},
      { ...Object.getOwnPropertyDescriptors(common), ...Object.getOwnPropertyDescriptors(own) },
    ),
  ) as T & typeof common;
}

export const request = withCommon({
  /** The request-URI. */
  get uri(): string {
    return state.requestUri;
  },
  set uri(value: string) {
    setPv("$ru", value);
  },
  /** Next hop; undefined: where the request-URI says. */
  get destinationUri(): string | undefined {
    return state.destinationUri === "" ? undefined : state.destinationUri;
  },
  set destinationUri(value: string | undefined) {
    setPv("$du", value);
  },
  get hasToTag(): boolean {
    return functions.has_totag();
  },
  reply: functions.sl_send_reply,
  forward: functions.forward,
  recordRoute: functions.record_route,
  looseRoute: functions.loose_route,
});

export const response = withCommon({
  get status(): number {
    return +(state.snapshot[SNAPSHOT.STATUS] as string);
  },
  get reason(): string {
    return state.snapshot[SNAPSHOT.REASON] as string;
  },
});

export const pv = Object.freeze({ get: getPv, set: setPv });

export const logObject = Object.freeze({
  debug: (message: unknown) => log("debug", message),
  info: (message: unknown) => log("info", message),
  warn: (message: unknown) => log("warn", message),
  error: (message: unknown) => log("error", message),
});
