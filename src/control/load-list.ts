/** A destination list ready for the data plane: parsed, checked against our listeners, its host names resolved. */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { Endpoint } from "../dispatch/destination.ts";
import { NO_RESOLVE } from "../dispatch/flags.ts";
import { type ListEntry, type ParsedList, parseList } from "../dispatch/list.ts";
import { endpointOf } from "../proxy/endpoint.ts";
import type { LocalIdentity } from "../proxy/local-identity.ts";
import { bareHost, parseUri, uriParam } from "../sip/uri.ts";
import { type Problem, problem } from "../support/problem.ts";

export interface LoadedList {
  readonly list: ParsedList;
  /** By URI. */
  readonly endpoints: ReadonlyMap<string, Endpoint>;
}

export type LoadListResult =
  | { readonly ok: true; readonly loaded: LoadedList }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** `resolve`: parameter ds_dns_mode bit 1. One bad line refuses the whole list. */
export async function loadList(
  text: string,
  file: string,
  local: LocalIdentity,
  resolve: boolean,
): Promise<LoadListResult> {
  const parsed = parseList(text, file, {
    checkUri,
    checkSocket: (name) =>
      local.findSocket(name) === undefined ? `"${name}" is none of our listeners` : undefined,
  });
  if (parsed.list === undefined) return { ok: false, problems: parsed.problems };
  const endpoints = new Map<string, Endpoint>();
  const problems: Problem[] = [];
  const lines = text.split("\n");
  await Promise.all(
    parsed.list.entries.map(async (entry) => {
      const host = hostOf(entry.uri);
      const isName = isIP(host) === 0;
      if (!isName || !resolve || (entry.flags & NO_RESOLVE) !== 0) {
        setEndpoint(endpoints, entry, []);
        return;
      }
      try {
        const found = await lookup(host, { all: true });
        setEndpoint(
          endpoints,
          entry,
          found.map(({ address }) => address),
        );
      } catch (error) {
        const reason = (error as NodeJS.ErrnoException).code ?? String(error);
        const place = { file, line: entry.line, sourceLine: lines[entry.line - 1]?.replace(/\r$/, "") };
        problems.push(problem("LIST_UNRESOLVED", `cannot resolve the host "${host}" (${reason})`, place));
      }
    }),
  );
  problems.sort((a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0));
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, loaded: { list: parsed.list, endpoints } };
}

function setEndpoint(endpoints: Map<string, Endpoint>, entry: ListEntry, addresses: readonly string[]): void {
  const endpoint = endpointOf(entry.uri, addresses);
  if (endpoint !== undefined) endpoints.set(entry.uri, endpoint);
}

function hostOf(uri: string): string {
  const parsed = parseUri(uri);
  return parsed === undefined ? "" : bareHost(parsed.host);
}

function checkUri(uri: string): string | undefined {
  const parsed = parseUri(uri);
  if (parsed === undefined) return "it is not a SIP URI such as sip:10.0.0.1:5060";
  const transport = uriParam(parsed, "transport")?.toLowerCase() ?? "udp";
  if (parsed.scheme === "sips") return "there is no listener for sips (TLS)";
  return transport === "udp" ? undefined : `there is no listener for transport ${transport}`;
}
