/** docs/config.md, from the schema of the config file. */
import { z } from "zod";
import { configSchema } from "../config/schema.ts";
import { code, GENERATED_NOTICE, table } from "./markdown.ts";

/** What this page uses of a JSON Schema. */
interface Shape {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
}

export function configReference(): string {
  const root = z.toJSONSchema(configSchema, { io: "input" }) as Shape;
  const keys = Object.entries(root.properties ?? {});
  const plain = keys.filter(([, shape]) => !shape.properties);
  const sections = keys.filter(([, shape]) => shape.properties);
  const listener = root.properties?.listen?.items?.anyOf?.find((shape) => shape.properties);
  return `${GENERATED_NOTICE}

# The config file

YAML. \`signalbox run\` and \`signalbox check\` read the file that \`--config\` names, else \`signalbox.yaml\` in the working
directory when it is there, else none: every key has a default. Options of the command line win over the file.
Paths in the file are relative to the file. A key that is not listed here is an error. A change takes effect at the
next start.

${keyTable(plain)}

## listen, an entry as a mapping

${keyTable(Object.entries(listener?.properties ?? {}))}

${sections.map(([name, shape]) => `## ${name}\n\n${shape.description}.\n\n${keyTable(Object.entries(shape.properties ?? {}))}`).join("\n\n")}

## Example

\`\`\`yaml
${EXAMPLE.trimEnd()}
\`\`\`
`;
}

/** Checked by a test: it has to load. */
export const EXAMPLE = `listen:
  - udp:10.0.0.1:5060
  - address: udp:192.168.1.1:5060
    advertise: sip.example.com:5060
aliases: [sip.example.com]
routes: routes/main.js
list: dispatcher.list
dispatcher:
  ds_hash_size: 9
log:
  level: info
`;

function keyTable(entries: readonly (readonly [string, Shape])[]): string {
  const rows = entries.map(([name, shape]) => [
    code(name),
    `${shape.description ?? ""}.`,
    describeValue(shape),
    shape.default === undefined ? "" : code(JSON.stringify(shape.default)),
  ]);
  return table(["Key", "Meaning", "Value", "Default"], rows);
}

function describeValue(shape: Shape): string {
  if (shape.enum) return shape.enum.map((choice) => code(String(choice))).join(", ");
  if (shape.type === "integer") return `${shape.minimum} to ${shape.maximum}`;
  if (shape.type === "array") return "list";
  if (shape.type === "boolean") return "true, false";
  return "text";
}
