/** The table of built-ins against the prelude that implements them, and their arguments in the real sandbox. */
import { afterAll, describe, expect, it } from "vitest";
import { KEMI_MEMBERS } from "../../src/script/builtins/kemi.ts";
import {
  LOG_MEMBERS,
  MESSAGE_MEMBERS,
  PV_MEMBERS,
  REQUEST_MEMBERS,
  RESPONSE_MEMBERS,
} from "../../src/script/builtins/objects.ts";
import { PSEUDO_VARIABLES } from "../../src/script/builtins/pseudo-variables.ts";
import { BUILT_INS } from "../../src/script/builtins/table.ts";
import { functions } from "../../src/script/prelude/functions.ts";
import { KSR } from "../../src/script/prelude/ksr.ts";
import { logObject, pv, request, response } from "../../src/script/prelude/request.ts";
import { PV_NAMES } from "../../src/script/pseudo-variables.ts";
import { closeBenches, routeBench } from "./route-bench.ts";

afterAll(closeBenches);

const names = (rows: readonly { readonly name: string }[]) => rows.map(({ name }) => name).sort();
function paths(object: object, prefix = ""): string[] {
  return Object.entries(object).flatMap(([name, value]) =>
    typeof value === "function" ? [prefix + name] : paths(value as object, `${prefix}${name}.`),
  );
}

describe("table and prelude have the same", () => {
  it.each([
    ["functions", names(BUILT_INS), Object.keys(functions)],
    ["KSR", [...BUILT_INS.flatMap(({ kemi }) => names(kemi)), ...names(KEMI_MEMBERS)], paths(KSR)],
    ["request", names([...MESSAGE_MEMBERS, ...REQUEST_MEMBERS]), Object.keys(request)],
    ["response", names([...MESSAGE_MEMBERS, ...RESPONSE_MEMBERS]), Object.keys(response)],
    ["pv", names(PV_MEMBERS), Object.keys(pv)],
    ["log", names(LOG_MEMBERS), Object.keys(logObject)],
    ["pseudo-variables", names(PSEUDO_VARIABLES), [...PV_NAMES, "$null"]],
  ])("%s", (_name, declared, implemented) => {
    expect([...declared].sort()).toEqual([...implemented].sort());
  });
});

/** Calls of a built-in with one argument wrong or missing: [call, parameter]. */
const wrong = BUILT_INS.flatMap(({ name, parameters }) =>
  parameters.flatMap((parameter, n) => {
    const args = (bad: string[]) =>
      `${name}(${[...parameters.slice(0, n).map(({ example }) => example), ...bad].join(", ")})`;
    // xlog's level comes first and may be left out: it is one only with a text behind it.
    const rest = name === "xlog" && n === 0 ? ['"text"'] : [];
    const calls = ["{}", "null", "Symbol.iterator"].map((bad) => [
      args([bad, ...rest]),
      name,
      parameter.name,
    ]);
    return parameter.optional || name === "xlog" ? calls : [...calls, [args([]), name, parameter.name]];
  }),
);

it("a wrong or missing argument is a TypeError that names function and parameter", async () => {
  const tries = wrong.map(([call]) => `() => ${call}`).join(",\n");
  const bench = await routeBench(`function request_route() {
    for (const run of [${tries}]) try { run(); log.warn("no error"); } catch (e) { log.warn(String(e)); }
  }`);
  expect(bench.request().ok).toBe(true);
  const bad = wrong.flatMap(([call, name, parameter], n) =>
    bench.log[n]?.startsWith(`TypeError: ${name}(): ${parameter} must be `)
      ? []
      : [`${call} -> ${bench.log[n]}`],
  );
  expect(bad).toEqual([]);
});

it("every function refuses to be called while the file is loaded, but those that need no message", async () => {
  const call = ({ name, parameters }: (typeof BUILT_INS)[number]) =>
    `${name}(${parameters.map(({ example }) => example).join(", ")})`;
  const bench = await routeBench(`const found = [];
    for (const run of [${BUILT_INS.map((row) => `() => ${call(row)}`).join(",\n")}])
      try { run(); found.push("load"); } catch (e) { found.push(String(e).includes("being loaded") ? "message" : String(e)); }
    function request_route() { for (const one of found) log.warn(one); }`);
  bench.request();
  expect(bench.log).toEqual(BUILT_INS.map(({ where }) => (where === "load" ? "load" : "message")));
});

it("each KEMI name answers what the table says", async () => {
  const rows = BUILT_INS.flatMap(({ parameters, kemi }) =>
    kemi.filter(({ answer }) => answer !== "never").map((alias) => ({ ...alias, parameters })),
  );
  const calls = rows.map(
    ({ name, arity, parameters }) =>
      `KSR.${name}(${parameters
        .slice(0, arity)
        .map(({ example }) => example)
        .join(", ")})`,
  );
  const bench = await routeBench(`function ksr_request_route() {
    for (const run of [${calls.map((call) => `() => ${call}`).join(",\n")}])
      try { log.info(String(run())); } catch (e) { log.info(String(e)); }
  }`);
  bench.request();
  const answers = bench.log.filter(
    (line) => !line.includes(" was ignored: ") && line !== "INVITE from 192.0.2.10",
  );
  const allowed: Record<string, RegExp> = {
    "1/-1": /^-?1$/,
    "0/-1": /^(0|-1)$/,
    "1": /^1$/,
    boolean: /^(true|false)$/,
  };
  const bad = rows.flatMap(({ name, answer }, n) =>
    allowed[answer]?.test(answers[n] ?? "") ? [] : [`${name} -> ${answers[n]}`],
  );
  expect(bad).toEqual([]);
});
