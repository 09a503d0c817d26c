/**
 * The host's half of the built-ins: what prelude/host.ts declares, for the message that is being worked on. Answers at
 * once and changes no message; what was selected is kept for whoever carries out the verdict.
 */
import type { PickInput } from "../dispatch/algorithm.ts";
import type { Destination } from "../dispatch/destination.ts";
import type { Dispatcher } from "../dispatch/dispatcher.ts";
import type { Selection } from "../dispatch/selection.ts";
import { bareHost, formatUri, parseUri, type SipUri, uriParam } from "../sip/uri.ts";
import { RequestPickInput } from "./pick-input.ts";
import { type Host, MAX_PREFETCHED } from "./prelude/host.ts";
import { headerValues, type PvContext, type PvValue, readPv } from "./pseudo-variables.ts";
import { fromScript, type MessageView, toScript } from "./view.ts";

export interface ScriptHostEnv {
  readonly dispatcher: Dispatcher;
  /** Parameter `flags`; bit 1: hash only the user of URIs. */
  readonly flags: number;
  readonly hashPvar: string;
  /** Does that URI mean this proxy? */
  isMyself(uri: SipUri): boolean;
  /** `level` as in prelude/host.ts. */
  log(level: number, text: string, view: MessageView | undefined): void;
}

/** As in prelude/state.ts: what depends on the changes of the script is not prefetched. */
const CHANGING = /^\$(r[uUdpP]|d[udpP]|xavp)/;

export class ScriptHost implements Host {
  readonly #env: ScriptHostEnv;
  #view: MessageView | undefined;
  #selection: Selection | undefined;
  /** What the run selected, in order: a verdict's `selected` actions count through it. */
  #chosen: Destination[] = [];
  /** Pseudo-variables that the script has asked for in earlier runs; the snapshot brings their values. */
  readonly prefetched: string[] = [];

  constructor(env: ScriptHostEnv) {
    this.#env = env;
  }

  begin(view: MessageView): void {
    this.#view = view;
    this.#selection = undefined;
    if (this.#chosen.length > 0) this.#chosen = [];
  }

  get chosen(): readonly Destination[] {
    return this.#chosen;
  }

  /** Takes back what the run has counted: it was stopped, and so nothing was sent. */
  abandon(): void {
    if (this.#selection?.counted) this.loadUnset();
  }

  select(set: number, algorithm: string, limit: number, domain: string): string {
    const context = this.#context(domain === "" ? this.#arrivedUri() : fromScript(domain), "");
    const input: PickInput = new RequestPickInput(context, (this.#env.flags & 1) !== 0, this.#env.hashPvar);
    this.#selection = this.#env.dispatcher.select(set, algorithm, input, limit);
    return this.#chose(this.#selection?.destination, domain);
  }

  next(domain: string): string {
    return this.#chose(this.#selection?.next(), domain);
  }

  mark(state: string): boolean {
    if (this.#selection === undefined) return false;
    return this.#env.dispatcher.markDestination(
      state === "" ? undefined : state,
      this.#selection.destination,
    );
  }

  markAddress(state: string, set: number, uri: string): boolean {
    return this.#env.dispatcher.markAddress(state, set, fromScript(uri));
  }

  listExists(set: number): boolean {
    return this.#env.dispatcher.listExists(set);
  }

  isFromList(set: number, mode: number, uri: string): boolean {
    const source = uri === "" ? this.#source() : sourceOfUri(fromScript(uri));
    return source !== undefined && this.#env.dispatcher.isFromList(set, mode, source) !== undefined;
  }

  isActive(set: number, uri: string): boolean {
    return this.#env.dispatcher.isActive(set, uri === "" ? undefined : fromScript(uri));
  }

  loadUpdate(): boolean {
    const { message } = this.#current();
    if (message.callId === undefined) return false;
    const isReply = message.kind === "response";
    const method = isReply ? (message.cseq?.method ?? "") : message.method;
    this.#env.dispatcher.loadUpdate(method, isReply, isReply ? message.status : 0, message.callId);
    return true;
  }

  loadUnset(): boolean {
    const { callId } = this.#current().message;
    return callId !== undefined && this.#env.dispatcher.loadUnset(callId);
  }

  read(name: string, requestUri: string, destinationUri: string): string | number | null {
    const value = readPv(name, this.#context(fromScript(requestUri), fromScript(destinationUri)));
    // The prelude counts in the same way (prelude/state.ts), so both lists are the same.
    if (!CHANGING.test(name) && !this.prefetched.includes(name) && this.prefetched.length < MAX_PREFETCHED) {
      this.prefetched.push(name);
    }
    return scriptValue(value);
  }

  /** The value of a prefetched pseudo-variable of the message in hand. */
  prefetch(name: string): PvValue {
    return readPv(name, this.#context("", ""));
  }

  readAll(header: string): string {
    return toScript(headerValues(fromScript(header), this.#context("", "")).join("\n"));
  }

  withPart(name: string, value: string, requestUri: string): string {
    const uri = parseUri(fromScript(requestUri));
    if (uri === undefined) throw new TypeError(`${name} cannot be set: "${requestUri}" is no SIP URI`);
    const part = fromScript(value);
    const changed = formatUri({ ...uri, ...partChange(name, part) });
    if (parseUri(changed) === undefined) throw new TypeError(`${name} cannot be ${JSON.stringify(value)}`);
    return toScript(changed);
  }

  uriFault(uri: string): string {
    if (parseUri(fromScript(uri)) === undefined) return "it does not parse";
    return "";
  }

  isMyself(uri: string): boolean {
    const parsed = parseUri(fromScript(/^sips?:/i.test(uri) ? uri : `sip:${uri}`));
    return parsed !== undefined && this.#env.isMyself(parsed);
  }

  log(level: number, text: string): void {
    this.#env.log(level, text, this.#view);
  }

  #chose(destination: Destination | undefined, domain: string): string {
    if (destination === undefined) return "";
    if (domain !== "") {
      const uri = inDomain(fromScript(domain), destination.uri);
      if (uri === undefined) return "";
      this.#chosen.push(destination);
      return toScript(uri);
    }
    this.#chosen.push(destination);
    return toScript(destination.uri);
  }

  #current(): MessageView {
    if (this.#view === undefined) throw new Error("there is no message while the file is being loaded");
    return this.#view;
  }

  #arrivedUri(): string {
    const { message } = this.#current();
    return message.kind === "request" ? message.requestUri : "";
  }

  #context(requestUri: string, destinationUri: string): PvContext {
    return { view: this.#current(), requestUri, destinationUri, selection: this.#selection };
  }

  #source(): { ip: string; port: number; protocol: string } {
    const { sourceIp, sourcePort, protocol } = this.#current();
    return { ip: sourceIp, port: sourcePort, protocol };
  }
}

function scriptValue(value: PvValue): string | number | null {
  return typeof value === "string" ? toScript(value) : (value ?? null);
}

function partChange(name: string, part: string): Partial<SipUri> {
  const ifAny = part === "" ? undefined : part;
  if (name === "$rU") return { user: ifAny, password: undefined };
  if (name === "$rd") return { host: part };
  return { portText: ifAny };
}

/** ds_select_domain: scheme and user of the request-URI, everything else from the destination. */
function inDomain(requestUri: string, destinationUri: string): string | undefined {
  const from = parseUri(requestUri);
  const to = parseUri(destinationUri);
  if (to === undefined) return undefined;
  if (from === undefined) return destinationUri;
  return formatUri({ ...to, scheme: from.scheme, user: from.user, password: from.password });
}

function sourceOfUri(uri: string): { ip: string; port: number; protocol: string } | undefined {
  const parsed = parseUri(uri);
  if (parsed === undefined) return undefined;
  const protocol = uriParam(parsed, "transport")?.toLowerCase() ?? "udp";
  return { ip: bareHost(parsed.host), port: parsed.port ?? 0, protocol };
}
