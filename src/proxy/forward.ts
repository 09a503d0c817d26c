/** Request forwarding (RFC 3261 16.6) without a transaction (16.11). The steps are numbered as there. */
import type { Edits } from "../sip/edits.ts";
import { HeaderId } from "../sip/header-name.ts";
import type { HeaderLine } from "../sip/message.ts";
import { topViaLine, viaWithSource } from "../sip/reply.ts";
import type { Via } from "../sip/via.ts";
import { statelessBranch } from "./branch.ts";
import type { Exchange, Send } from "./exchange.ts";
import type { LocalIdentity, LocalListener } from "./local-identity.ts";
import type { Locator, Target } from "./locate.ts";
import { applyRoute, type Preprocessed } from "./preprocess.ts";

/** What the script has made of the request by the time it is forwarded. */
export interface ForwardPlan {
  readonly edits: Edits;
  readonly requestUri: string;
  /** Next hop; undefined: where the request-URI says. */
  readonly destinationUri: string | undefined;
  /** Route values to take off, if `loose_route()` was called. */
  readonly route: Preprocessed | undefined;
  readonly recordRoute: boolean;
  /** What Max-Forwards is to be. */
  readonly maxForwards: number;
  /** Send from this one, whatever the request came in by. */
  readonly outgoing: LocalListener | undefined;
}

/** More does not fit into a UDP datagram over IPv4. */
const MAX_DATAGRAM = 65_507;

export interface ForwardFailure {
  readonly status: number;
  readonly reason: string;
}

export class RequestForwarder {
  readonly #local: LocalIdentity;
  readonly #locator: Locator;
  readonly #send: Send;

  constructor(local: LocalIdentity, locator: Locator, send: Send) {
    this.#local = local;
    this.#locator = locator;
    this.#send = send;
  }

  /** Undefined: sent. A promise only when a name has to be resolved first. */
  forward(
    exchange: Exchange,
    plan: ForwardPlan,
  ): ForwardFailure | undefined | Promise<ForwardFailure | undefined> {
    // Step 7: next-hop address.
    const located = this.#locator.locate(plan.destinationUri ?? plan.requestUri);
    if (located instanceof Promise) {
      return located.then((target) => this.#forwardTo(exchange, plan, target));
    }
    return this.#forwardTo(exchange, plan, located);
  }

  #forwardTo(
    exchange: Exchange,
    plan: ForwardPlan,
    target: Awaited<ReturnType<Locator["locate"]>>,
  ): ForwardFailure | undefined {
    if (!target.ok) return { status: 478, reason: "Unresolvable Destination" };
    const outgoing = this.#local.outgoing(plan.outgoing ?? exchange.receivedOn, target.address);
    if (outgoing === undefined) return { status: 478, reason: "No Listener For That Address Family" };
    const text = this.#build(exchange, plan, outgoing);
    if (text.length > MAX_DATAGRAM) return { status: 513, reason: "Message Too Large" };
    this.#send(outgoing, text, (target as Target).address, (target as Target).port);
    return undefined;
  }

  #build(exchange: Exchange, plan: ForwardPlan, outgoing: LocalListener): string {
    const { request, receivedOn } = exchange;
    const { edits } = plan;
    const via = request.topVia as Via;
    const viaLine = request.line(HeaderId.VIA) as HeaderLine;
    // 18.2.1: the server transport notes where the request really came from.
    const source = viaWithSource(request.text, via, exchange.address, exchange.port);
    if (source !== undefined) edits.replace(viaLine, topViaLine(request, viaLine, source, via));
    // Step 2: request-URI.
    if (plan.requestUri !== request.requestUri)
      edits.setStartLine(`${request.method} ${plan.requestUri} SIP/2.0`);
    // Step 3: Max-Forwards.
    const maxForwards = request.line(HeaderId.MAX_FORWARDS);
    if (maxForwards === undefined) edits.append(`Max-Forwards: ${plan.maxForwards}\r\n`);
    else edits.replace(maxForwards, `Max-Forwards: ${plan.maxForwards}\r\n`);
    // Step 4: Record-Route, two of them where the request leaves by another listener than it came in by.
    if (plan.recordRoute) edits.insertRecordRoute(recordRoutes(receivedOn, outgoing));
    // Step 6: the Route values that were ours.
    if (plan.route !== undefined) applyRoute(edits, request.text, plan.route);
    // Step 8: Via.
    edits.prepend(`${outgoing.viaPrefix}${statelessBranch(request, via, receivedOn)}\r\n`);
    return edits.serialize();
  }
}

/** The value for the side that the request leaves by stands on top, since it is the first Route of what comes back. */
function recordRoutes(receivedOn: LocalListener, outgoing: LocalListener): string {
  if (receivedOn === outgoing) return `Record-Route: <${receivedOn.uri};lr>\r\n`;
  return `Record-Route: <${outgoing.uri};r2=on;lr>\r\nRecord-Route: <${receivedOn.uri};r2=on;lr>\r\n`;
}
