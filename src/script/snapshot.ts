/** The text that a run begins with: what most scripts ask for, so that they can be answered inside the sandbox. */
import { ABSENT, ASK, NUMBER, PRESENT } from "./prelude/host.ts";
import type { ScriptHost } from "./script-host.ts";
import { type RequestView, type ResponseView, toScript } from "./view.ts";

/** Fields in the order of SNAPSHOT in prelude/host.ts, one a line; no value of a message holds a line end. */
export function requestSnapshot(view: RequestView, host: ScriptHost): string {
  const { message, route } = view;
  const snapshot =
    `${message.method}\n${message.requestUri}\n${view.sourceIp}\n${view.sourcePort}\n` +
    `${message.to?.tag ? "1" : "0"}\n${message.maxForwards ?? ""}\n` +
    `${route.code}\n${route.requestUri ?? ""}\n${route.destinationUri ?? ""}\n\n`;
  return toScript(host.prefetched.length === 0 ? snapshot : snapshot + prefetch(host));
}

export function responseSnapshot(view: ResponseView, host: ScriptHost): string {
  const { message } = view;
  const snapshot =
    `${message.cseq?.method ?? ""}\n\n${view.sourceIp}\n${view.sourcePort}\n` +
    `${message.to?.tag ? "1" : "0"}\n\n-1\n\n\n${message.status}\n${message.reason}`;
  return toScript(host.prefetched.length === 0 ? snapshot : snapshot + prefetch(host));
}

function prefetch(host: ScriptHost): string {
  let text = "";
  for (const name of host.prefetched) {
    const value = host.prefetch(name);
    if (value === undefined) text += `\n${ABSENT}`;
    else if (typeof value === "number") text += `\n${NUMBER}${value}`;
    else text += value.includes("\n") ? `\n${ASK}` : `\n${PRESENT}${value}`;
  }
  return text;
}
