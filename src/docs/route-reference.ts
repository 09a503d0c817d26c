/** docs/routes.md: the guide in routes.template.md, with the tables of what a route script may use put in. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findPackageRoot } from "../cli/package-root.ts";
import { KEMI_MEMBERS } from "../script/builtins/kemi.ts";
import {
  CORE_VALUES,
  MESSAGE_MEMBERS,
  REQUEST_MEMBERS,
  RESPONSE_MEMBERS,
} from "../script/builtins/objects.ts";
import { PSEUDO_VARIABLES, PV_FORMS } from "../script/builtins/pseudo-variables.ts";
import type { Member, Parameter, Where } from "../script/builtins/row.ts";
import { BUILT_INS, GROUPS } from "../script/builtins/table.ts";
import { code, GENERATED_NOTICE, table } from "./markdown.ts";

const TEMPLATE = "src/docs/routes.template.md";

const SECTIONS: Readonly<Record<string, () => string>> = {
  FUNCTIONS: functionTables,
  CORE_VALUES: () => memberTable(CORE_VALUES),
  PSEUDO_VARIABLES: pseudoVariableTable,
  MESSAGE: () => memberTable(MESSAGE_MEMBERS),
  REQUEST: () => memberTable(REQUEST_MEMBERS),
  RESPONSE: () => memberTable(RESPONSE_MEMBERS),
  KEMI: kemiTable,
};

export function routeReference(): string {
  const template = readFileSync(join(findPackageRoot(), TEMPLATE), "utf8");
  const filled = template.replace(/\{\{([A-Z_]+)\}\}/g, (_found, name: string) => {
    const section = SECTIONS[name];
    if (section === undefined) throw new Error(`${TEMPLATE} asks for ${name}, which is no section`);
    return section();
  });
  return `${GENERATED_NOTICE}\n\n${filled}`;
}

const WHERE: Readonly<Record<Where, string>> = {
  request: "request_route",
  any: "any route",
  load: "anywhere",
};

function call(name: string, parameters: readonly Parameter[] = []): string {
  return `${name}(${parameters.map(({ name: one, optional }) => (optional ? `[${one}]` : one)).join(", ")})`;
}

function functionTables(): string {
  return GROUPS.map(({ title, functions }) => {
    const rows = functions.map(({ name, parameters, doc, where, crosses }) => [
      code(call(name, parameters)),
      [doc, ...parameters.map((one) => `${code(one.name)}: ${one.doc}.`)].join(" "),
      WHERE[where],
      crosses ? "host" : "sandbox",
    ]);
    return `### ${title}\n\n${table(["Function", "Meaning", "Where", "Answered by"], rows)}`;
  }).join("\n\n");
}

function memberTable(members: readonly Member[]): string {
  const rows = members.map(({ name, type, doc, parameters, writable }) => [
    code(parameters ? call(name, parameters) : name),
    doc,
    code(type),
    writable ? "yes" : "",
  ]);
  return table(["Name", "Meaning", "Type", "Can be set"], rows);
}

function pseudoVariableTable(): string {
  const rows = [
    ...PSEUDO_VARIABLES.map(({ name, doc, type, writable }) => [
      code(name),
      doc,
      type,
      writable ? "yes" : "",
    ]),
    ...PV_FORMS.map(({ form, doc, writable }) => [code(form), doc, "", writable ? "yes" : ""]),
  ];
  return table(["Name", "Value", "Type", "Can be set"], rows);
}

function kemiTable(): string {
  const rows = [
    ...BUILT_INS.flatMap(({ name, parameters, kemi }) =>
      kemi.map((alias) => [
        code(
          `KSR.${call(
            alias.name,
            parameters.slice(0, alias.arity).map((p) => ({ ...p, optional: false })),
          )}`,
        ),
        `As ${code(`${name}()`)}.`,
        alias.answer,
      ]),
    ),
    ...KEMI_MEMBERS.map(({ name, parameters, doc, returns }) => [
      code(`KSR.${call(name, parameters)}`),
      doc,
      returns,
    ]),
  ];
  return table(["Member", "Meaning", "Answer"], rows);
}
