/**
 * The hot path: one datagram from top to bottom, one call for each step of docs/life-of-a-request.md. Short, with
 * early returns; what a step does is in the folder it is named after.
 */
import type { Exchange, Send } from "./proxy/exchange.ts";
import { RequestForwarder } from "./proxy/forward.ts";
import type { LocalIdentity, LocalListener } from "./proxy/local-identity.ts";
import { Locator } from "./proxy/locate.ts";
import { applyHeaderAction, type Decision, VerdictPerformer } from "./proxy/perform.ts";
import { preprocessRoute } from "./proxy/preprocess.ts";
import { ResponseForwarder } from "./proxy/response.ts";
import { StatelessReplier } from "./proxy/stateless-reply.ts";
import { validateRequest } from "./proxy/validate.ts";
import type { RouteProgram } from "./script/program.ts";
import { Edits } from "./sip/edits.ts";
import type { SipRequest, SipResponse } from "./sip/message.ts";
import { parseMessage } from "./sip/parse.ts";
import type { Clock } from "./support/clock.ts";
import type { Counters } from "./support/counters.ts";
import { type Logger, logProblem } from "./support/log.ts";
import { problem } from "./support/problem.ts";

export interface PipelineEnv {
  readonly local: LocalIdentity;
  readonly clock: Clock;
  readonly log: Logger;
  readonly counters: Counters;
  /** For local To tags; see StatelessReplier. */
  readonly tagSecret: string;
  readonly send: Send;
  /** A script is about to run over this: told to the watchdog, which names it should the run never end. */
  readonly announce: (datagram: Buffer) => void;
}

/** Keep-alives of RFC 5626 3.5.1 and the like are a few bytes; anything shorter than this is no message. */
const SHORTEST_MESSAGE = 20;

export class Pipeline {
  readonly #env: PipelineEnv;
  readonly #replier: StatelessReplier;
  readonly #responses: ResponseForwarder;
  readonly #performer: VerdictPerformer;
  /** Of the live generation; a reload swaps this one reference. */
  program: RouteProgram;

  constructor(env: PipelineEnv, program: RouteProgram) {
    const { local, send, counters, log } = env;
    const locator = new Locator(env.clock);
    this.#env = env;
    this.program = program;
    this.#replier = new StatelessReplier(env.tagSecret, send);
    this.#responses = new ResponseForwarder(local, locator, send);
    this.#performer = new VerdictPerformer({
      local,
      forwarder: new RequestForwarder(local, locator, send),
      replier: this.#replier,
      onForwardFailed: ({ request }, uri, { status, reason }) => {
        counters.forward_failures++;
        const message = `${request.method} could not be forwarded to ${uri}: answered ${status} ${reason}`;
        logProblem(log, "warn", problem("FORWARD_FAILED", message));
      },
    });
  }

  /** `datagram` may be used again once this returns. */
  receive(datagram: Buffer, receivedOn: LocalListener, address: string, port: number): void {
    const { counters, log } = this.#env;
    const message =
      datagram.length < SHORTEST_MESSAGE ? undefined : parseMessage(datagram.toString("latin1"));
    if (message === undefined) {
      counters.keepalives_received++;
    } else if (message.kind === "request") {
      counters.requests_received++;
      this.#request(datagram, { request: message, receivedOn, address, port });
    } else if (message.kind === "response") {
      counters.responses_received++;
      this.#response(datagram, message, receivedOn, address, port);
    } else {
      counters.malformed_dropped++;
      log.debug({ address, port, bytes: datagram.length, reason: message.reason }, "not SIP, dropped");
    }
  }

  #request(datagram: Buffer, exchange: Exchange): void {
    const { counters, local } = this.#env;
    const { request, receivedOn, address, port } = exchange;
    const refusal = validateRequest(request);
    if (refusal !== undefined) {
      counters.requests_refused++;
      this.#replier.reply(exchange, refusal.status, refusal.reason, refusal.extraHeaders);
      this.#trace(request, exchange, `refused ${refusal.status} ${refusal.reason}`);
      return;
    }
    if (this.#replier.isOwnAck(request)) {
      counters.acks_absorbed++;
      this.#trace(request, exchange, "ACK to a response of ours, absorbed");
      return;
    }
    const route = preprocessRoute(request, local);
    this.#env.announce(datagram);
    const run = this.program.runRequest({
      message: request,
      sourceIp: address,
      sourcePort: port,
      receivedIp: receivedOn.host,
      receivedPort: receivedOn.port,
      protocol: receivedOn.protocol,
      route,
    });
    if (!run.ok) {
      counters.script_errors++;
      logProblem(this.#env.log, "error", run.problem);
      this.#replier.reply(exchange, 500, "Server Internal Error");
      this.#trace(request, exchange, `script failed: ${run.problem.code}`);
      return;
    }
    this.#account(exchange, this.#performer.perform(exchange, route, run.actions, run.chosen));
  }

  #account(exchange: Exchange, decision: Decision): void {
    const { counters, log } = this.#env;
    const { request } = exchange;
    switch (decision.kind) {
      case "forwarded":
        counters.requests_forwarded++;
        this.#trace(request, exchange, "forwarded", decision.uri);
        return;
      case "replied":
        counters.requests_replied++;
        this.#trace(request, exchange, `replied ${decision.status}`);
        return;
      case "dropped":
        counters.requests_dropped++;
        this.#trace(request, exchange, "dropped");
        return;
      case "undecided":
        this.#trace(request, exchange, "undecided");
        // Nobody answers an ACK (17.1.1.3), and most scripts say nothing of one: no error.
        if (request.method === "ACK") return;
        counters.script_undecided++;
        this.#replier.reply(exchange, 500, "Server Internal Error");
        logProblem(
          log,
          "error",
          problem(
            "SCRIPT_UNDECIDED",
            `request_route decided nothing for ${request.method} ${request.requestUri}`,
            { file: this.program.entry },
          ),
        );
    }
  }

  #response(
    datagram: Buffer,
    response: SipResponse,
    receivedOn: LocalListener,
    address: string,
    port: number,
  ): void {
    const { counters } = this.#env;
    const { program } = this;
    let edits: Edits | undefined;
    let dropped = this.#responses.check(response);
    if (dropped === undefined && program.hasReplyRoute) {
      this.#env.announce(datagram);
      const run = program.runReply({
        message: response,
        sourceIp: address,
        sourcePort: port,
        receivedIp: receivedOn.host,
        receivedPort: receivedOn.port,
        protocol: receivedOn.protocol,
      });
      if (!run.ok) {
        // The call must not fail for it: the response goes on as it came.
        counters.script_errors++;
        logProblem(this.#env.log, "error", run.problem);
      } else if (run.actions.length > 0) {
        edits = new Edits(response);
        for (const action of run.actions) {
          if (action.kind === "drop") {
            counters.responses_dropped++;
            return;
          }
          if (
            action.kind === "append-header" ||
            action.kind === "insert-header" ||
            action.kind === "remove-header"
          ) {
            applyHeaderAction(edits, response, action);
          }
        }
      }
    }
    dropped ??= this.#responses.forward(response, edits);
    if (dropped === undefined) counters.responses_forwarded++;
    else counters.responses_dropped++;
    if (this.#env.log.isLevelEnabled("debug")) {
      const { status, callId } = response;
      this.#env.log.debug(
        { status, callId, address, port },
        dropped ? `response dropped: ${dropped}` : "response forwarded",
      );
    }
  }

  /** Each request's decision, in one debug line. */
  #trace(request: SipRequest, { address, port }: Exchange, decision: string, to?: string): void {
    if (!this.#env.log.isLevelEnabled("debug")) return;
    const { method, requestUri, callId } = request;
    this.#env.log.debug(
      { method, requestUri, callId, from: `${address}:${port}`, ...(to && { to }) },
      decision,
    );
  }
}
