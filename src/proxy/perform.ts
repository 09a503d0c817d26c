/**
 * Carries out what a route decided, in the order of its calls: the request gets its responses, and goes on its way.
 * Nothing of this happens before the route function has returned.
 */
import type { Destination } from "../dispatch/destination.ts";
import type { Action } from "../script/verdict.ts";
import { Edits } from "../sip/edits.ts";
import type { SipMessage } from "../sip/message.ts";
import type { Exchange } from "./exchange.ts";
import type { ForwardFailure, RequestForwarder } from "./forward.ts";
import type { LocalIdentity, LocalListener } from "./local-identity.ts";
import type { Preprocessed } from "./preprocess.ts";
import type { StatelessReplier } from "./stateless-reply.ts";

export interface PerformEnv {
  readonly local: LocalIdentity;
  readonly forwarder: RequestForwarder;
  readonly replier: StatelessReplier;
  onForwardFailed(exchange: Exchange, uri: string, failure: ForwardFailure): void;
}

/** What became of the request, for the debug line; "undecided" is an error of the script. */
export type Decision =
  | { readonly kind: "undecided" }
  | { readonly kind: "dropped" }
  | { readonly kind: "replied"; readonly status: number }
  | { readonly kind: "forwarded"; readonly uri: string };

const UNDECIDED: Decision = { kind: "undecided" };

export class VerdictPerformer {
  readonly #env: PerformEnv;

  constructor(env: PerformEnv) {
    this.#env = env;
  }

  perform(
    exchange: Exchange,
    route: Preprocessed,
    actions: readonly Action[],
    chosen: readonly Destination[],
  ): Decision {
    const { request } = exchange;
    const { replier } = this.#env;
    const edits = new Edits(request);
    let decision = UNDECIDED;
    let requestUri = request.requestUri;
    let destinationUri: string | undefined;
    let applied: Preprocessed | undefined;
    let recordRoute = false;
    let maxForwards: number | undefined;
    let outgoing: LocalListener | undefined;
    let selected = 0;
    for (const action of actions) {
      switch (action.kind) {
        case "reply":
          replier.reply(exchange, action.status, action.reason);
          if (action.status >= 200) decision = { kind: "replied", status: action.status };
          break;
        case "forward": {
          const uri = action.uri ?? destinationUri;
          const arrived = request.maxForwards;
          // 16.3 step 3: one that has arrived with 0 goes no further, whatever the script thinks.
          if (maxForwards === undefined && arrived === 0) {
            replier.reply(exchange, 483, "Too Many Hops");
            decision = { kind: "replied", status: 483 };
            break;
          }
          const plan = {
            edits,
            requestUri,
            destinationUri: uri,
            // 16.4: a Route of ours that is all there is goes, though loose_route() has nothing to say to it.
            route: applied ?? (route.code === -3 ? route : undefined),
            recordRoute,
            maxForwards: maxForwards ?? (arrived === undefined ? 70 : arrived - 1),
            outgoing,
          };
          decision = { kind: "forwarded", uri: uri ?? requestUri };
          this.#settle(exchange, uri ?? requestUri, this.#env.forwarder.forward(exchange, plan));
          break;
        }
        case "drop":
          decision = { kind: "dropped" };
          break;
        case "record-route":
          recordRoute = true;
          break;
        case "loose-route":
          applied = route;
          requestUri = route.requestUri ?? requestUri;
          destinationUri = route.destinationUri;
          outgoing = route.outgoing ?? outgoing;
          break;
        case "max-forwards":
          maxForwards = action.value;
          break;
        case "request-uri":
          requestUri = action.uri;
          break;
        case "destination-uri":
          destinationUri = action.uri;
          break;
        case "selected":
          outgoing = this.#socketOf(chosen[selected++]) ?? outgoing;
          break;
        default:
          applyHeaderAction(edits, request, action);
      }
    }
    return decision;
  }

  #socketOf(destination: Destination | undefined): LocalListener | undefined {
    const name = destination?.sockname || destination?.socket;
    return name ? this.#env.local.findSocket(name) : undefined;
  }

  #settle(
    exchange: Exchange,
    uri: string,
    result: ForwardFailure | undefined | Promise<ForwardFailure | undefined>,
  ): void {
    if (result === undefined) return;
    if (result instanceof Promise) {
      void result.then((failure) => this.#settle(exchange, uri, failure));
      return;
    }
    this.#env.replier.reply(exchange, result.status, result.reason);
    this.#env.onForwardFailed(exchange, uri, result);
  }
}

type HeaderAction = Extract<Action, { kind: "append-header" | "insert-header" | "remove-header" }>;

/** Header edits of a script, on a request or a response. */
export function applyHeaderAction(edits: Edits, message: SipMessage, action: HeaderAction): void {
  if (action.kind === "append-header") edits.append(action.lines);
  else if (action.kind === "insert-header") edits.prepend(action.lines);
  else for (const line of message.linesNamed(action.name)) edits.remove(line);
}
