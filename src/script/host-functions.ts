/** The functions of the host in the form in which a sandbox takes them: with what kind of value each argument is. */
import type { Host } from "./prelude/host.ts";
import type { HostFunction } from "./sandbox.ts";

const TAKES: Readonly<Record<keyof Host, HostFunction["takes"]>> = {
  select: ["number", "text", "number", "text"],
  next: ["text"],
  mark: ["text"],
  markAddress: ["text", "number", "text"],
  listExists: ["number"],
  isFromList: ["number", "number", "text"],
  isActive: ["number", "text"],
  loadUpdate: [],
  loadUnset: [],
  read: ["text", "text", "text"],
  readAll: ["text"],
  withPart: ["text", "text", "text"],
  uriFault: ["text"],
  isMyself: ["text"],
  log: ["number", "text"],
};

type Method = (...args: (string | number)[]) => string | number | boolean | null | undefined;

export function hostFunctions(host: Host): Record<string, HostFunction> {
  return Object.fromEntries(
    Object.entries(TAKES).map(([name, takes]) => {
      const method = (host[name as keyof Host] as Method).bind(host);
      return [name, { takes, run: (...args) => method(...args) ?? null } satisfies HostFunction];
    }),
  );
}
