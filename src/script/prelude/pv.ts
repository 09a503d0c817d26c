/** Pseudo-variables: `pv.get("$fU")`, `pv.set("$ru", ...)`. Those that the snapshot holds need no crossing. */
import { lineText, refuse, text } from "./arguments.ts";
import { SNAPSHOT } from "./host.ts";
import { noMessage, read, setDestinationUri, setRequestUri, state } from "./state.ts";

/** `$var(x)` lives as long as the generation, as in a Kamailio process. */
const variables = new Map<string, unknown>();

export function getPv(name: unknown): string | number | null {
  const pv = text("pv.get", "name", name);
  const fields = state.snapshot;
  if (state.phase === "load" && !pv.startsWith("$var(")) throw noMessage("pv.get");
  switch (pv) {
    case "$rm":
      return fields[SNAPSHOT.METHOD] as string;
    case "$ru":
      return state.phase === "reply" ? null : state.requestUri;
    case "$du":
      return state.destinationUri === "" ? null : state.destinationUri;
    case "$si":
      return fields[SNAPSHOT.SOURCE_IP] as string;
    case "$sp":
      return +(fields[SNAPSHOT.SOURCE_PORT] as string);
    case "$rs":
      return fields[SNAPSHOT.STATUS] === "" ? null : +(fields[SNAPSHOT.STATUS] as string);
    case "$rr":
      return fields[SNAPSHOT.STATUS] === "" ? null : (fields[SNAPSHOT.REASON] as string);
    case "$null":
      return null;
  }
  const variable = /^\$var\((\w+)\)$/.exec(pv);
  if (variable) return (variables.get(variable[1] as string) as string | number | undefined) ?? 0;
  return read(pv);
}

export function setPv(name: unknown, value: unknown): void {
  const pv = text("pv.set", "name", name);
  const variable = /^\$var\((\w+)\)$/.exec(pv);
  if (variable) {
    if (value !== null && value !== undefined) text("pv.set", pv, value);
    variables.set(variable[1] as string, value);
    return;
  }
  if (state.phase !== "request") throw new Error(`pv.set(): ${pv} can be set in request_route only`);
  switch (pv) {
    case "$ru": {
      const uri = lineText("pv.set", pv, value);
      const fault = state.host.uriFault(uri);
      if (fault !== "") refuse("pv.set", pv, "a SIP URI", `${uri} (${fault})`);
      setRequestUri(uri);
      return;
    }
    case "$du": {
      const uri = value === null || value === undefined ? "" : lineText("pv.set", pv, value);
      const fault = uri === "" ? "" : state.host.uriFault(uri);
      if (fault !== "") refuse("pv.set", pv, "a SIP URI, or null", `${uri} (${fault})`);
      setDestinationUri(uri);
      return;
    }
    case "$rU":
    case "$rd":
    case "$rp": {
      const part = value === null || value === undefined ? "" : lineText("pv.set", pv, value);
      setRequestUri(state.host.withPart(pv, part, state.requestUri));
      return;
    }
  }
  throw new TypeError(`pv.set(): ${pv} cannot be set; $ru, $rU, $rd, $rp, $du and $var(name) can`);
}
