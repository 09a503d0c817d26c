/** What the schema found wrong, as Problems: which key, what was expected, what was found, and where it stands. */
import type { z } from "zod";
import { nearest } from "../support/nearest.ts";
import type { Problem } from "../support/problem.ts";
import { problem } from "../support/problem.ts";
import { configSchema } from "./schema.ts";
import type { Path, YamlDocument } from "./yaml-document.ts";

type Issue = z.core.$ZodIssue;

/** Keys that people bring along from Kamailio, and what takes their place. */
const FROM_KAMAILIO: Readonly<Record<string, string>> = {
  list_file: "the destination list is the key `list` of the whole file",
  ds_ping_interval: "Signalbox sends no pings yet; remove it",
  ds_ping_method: "Signalbox sends no pings yet; remove it",
  ds_ping_from: "Signalbox sends no pings yet; remove it",
  ds_ping_reply_codes: "Signalbox sends no pings yet; remove it",
  db_url: "Signalbox reads destinations from the file that `list` names",
};

export function describeIssues(issues: readonly Issue[], document: YamlDocument): Problem[] {
  return issues.flatMap((issue) => describeIssue(issue, [], document));
}

function describeIssue(issue: Issue, above: Path, document: YamlDocument): Problem[] {
  const path = [...above, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(path);
    return issue.keys.map((key) => unknownKey([...path, key], key, known, document));
  }
  if (issue.code === "invalid_union") {
    // The shapes of `listen`: text first, then a mapping. Only the one that was meant has something to say.
    const branch = isMapping(issue.input) ? issue.errors.at(-1) : issue.errors[0];
    return (branch ?? []).flatMap((inner) => describeIssue(inner, path, document));
  }
  const name = dotted(path);
  const message = `${name === "" ? "the config file" : name}: expected ${issue.message}, found ${show(issue.input)}`;
  return [problem("CONFIG_BAD_VALUE", message, document.placeOfValue(path))];
}

function unknownKey(path: Path, key: string, known: readonly string[], document: YamlDocument): Problem {
  const near = nearest(key, known);
  const remedy =
    FROM_KAMAILIO[key] ??
    (near === undefined ? `remove it; the keys here are ${known.join(", ")}` : `did you mean ${near}?`);
  return problem("CONFIG_UNKNOWN_KEY", `${dotted(path)} is not a setting`, document.placeOfKey(path), remedy);
}

/** The keys that the schema knows at a path. */
function keysAt(path: Path): string[] {
  let schema: z.core.$ZodType = configSchema;
  for (const part of path) {
    const { def } = unwrap(schema)._zod as { def: z.core.$ZodTypeDef };
    if (def.type === "object") schema = (def as z.core.$ZodObjectDef).shape[String(part)] ?? schema;
    else if (def.type === "array") schema = (def as z.core.$ZodArrayDef).element;
  }
  const { def } = unwrap(schema)._zod as { def: z.core.$ZodTypeDef };
  return def.type === "object" ? Object.keys((def as z.core.$ZodObjectDef).shape) : [];
}

/** Through defaults and optionals; of a union its mapping. */
function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  const def = schema._zod.def as { innerType?: z.core.$ZodType; options?: readonly z.core.$ZodType[] };
  const inside = def.innerType ?? def.options?.at(-1);
  return inside === undefined ? schema : unwrap(inside);
}

/** `listen[0].address` */
function dotted(path: Path): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === "number" ? `${text}[${part}]` : text === "" ? String(part) : `${text}.${String(part)}`,
    "",
  );
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function isMapping(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
