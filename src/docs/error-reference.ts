/** docs/errors.md, from the catalogue of problems. */
import { PROBLEM_CATALOGUE } from "../support/problem-catalogue.ts";
import { code, GENERATED_NOTICE, table } from "./markdown.ts";

export function errorReference(): string {
  const rows = Object.entries(PROBLEM_CATALOGUE).map(([name, kind]) => [code(name), kind.when, kind.remedy]);
  return `${GENERATED_NOTICE}

# Problems

Every problem that Signalbox reports has a code. A report says what was wrong with the value that was found, where
(file:line:column) and what to do; \`signalbox check\` reports all problems at once. In the log the code is the
field \`code\`. Codes do not change their meaning.

${table(["Code", "When", "What to do"], rows)}
`;
}
