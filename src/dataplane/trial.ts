/**
 * The trial of a generation before it may serve, in a worker that is thrown away afterwards: its plugins are loaded and
 * picked from, its script is loaded and run over a few requests of every day. A script need not decide them all, but
 * must not throw or break a limit.
 */
import { Dispatcher } from "../dispatch/dispatcher.ts";
import { LocalIdentity } from "../proxy/local-identity.ts";
import { preprocessRoute } from "../proxy/preprocess.ts";
import type { SipRequest } from "../sip/message.ts";
import { parseMessage } from "../sip/parse.ts";
import { systemClock } from "../support/clock.ts";
import type { Problem } from "../support/problem.ts";
import { systemRandom } from "../support/random.ts";
import { loadGeneration } from "./load-generation.ts";
import type { DataPlaneSettings, GenerationData } from "./protocol.ts";

export async function tryGeneration(
  data: GenerationData,
  settings: DataPlaneSettings,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const local = new LocalIdentity(settings.listen, settings.aliases);
  const dispatcher = new Dispatcher({
    params: settings.dispatcher,
    clock: systemClock,
    random: systemRandom,
    // What a warning is about is said by the data plane, once, when the generation serves.
    warn: () => {},
  });
  const loaded = await loadGeneration(data, settings, systemClock, {
    dispatcher,
    flags: settings.dispatcher.flags,
    hashPvar: settings.dispatcher.hash_pvar,
    isMyself: (uri) => local.findUri(uri) !== undefined,
    log: () => {},
  });
  if (!loaded.ok) return loaded.problems;
  const { program, algorithms } = loaded.generation;
  dispatcher.load(data.list, algorithms, data.endpoints);
  for (const message of probes(local)) {
    const run = program.runRequest({
      message,
      sourceIp: "192.0.2.1",
      sourcePort: 5060,
      receivedIp: settings.listen[0]?.host ?? "127.0.0.1",
      receivedPort: settings.listen[0]?.port ?? 5060,
      protocol: "udp",
      route: preprocessRoute(message, local),
    });
    if (!run.ok && !problems.some((known) => known.message === run.problem.message))
      problems.push(run.problem);
  }
  dispatcher.close();
  return problems;
}

/** A call's requests, as a phone sends them, and an OPTIONS. Addresses are those that RFC 5737 keeps for examples. */
function probes(local: LocalIdentity): SipRequest[] {
  const own = local.listeners[0]?.uri ?? "sip:127.0.0.1:5060";
  const request = (method: string, uri: string, tag: string, route: string): SipRequest => {
    const text =
      `${method} ${uri} SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKprobe${method};rport\r\n${route}` +
      `Max-Forwards: 70\r\nFrom: "Probe" <sip:probe@192.0.2.1>;tag=probe\r\nTo: <sip:100@192.0.2.2>${tag}\r\n` +
      `Call-ID: probe@192.0.2.1\r\nCSeq: 1 ${method}\r\nContact: <sip:probe@192.0.2.1:5060>\r\n` +
      "User-Agent: Signalbox probe\r\nContent-Length: 0\r\n\r\n";
    const message = parseMessage(text);
    if (message.kind !== "request") throw new Error(`The probe ${method} does not parse`);
    return message;
  };
  const ours = own.replace("sip:", "sip:100@");
  const route = `Route: <${own};lr>\r\n`;
  return [
    request("INVITE", ours, "", ""),
    request("CANCEL", ours, "", ""),
    request("ACK", "sip:100@192.0.2.2", ";tag=callee", route),
    request("BYE", "sip:100@192.0.2.2", ";tag=callee", route),
    request("REGISTER", own, "", ""),
    request("OPTIONS", own, "", ""),
  ];
}
