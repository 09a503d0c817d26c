/** The prelude (prelude/main.ts and what it imports) as one module for the sandbox. */
import { fileURLToPath } from "node:url";
import { bundleFile } from "../support/bundle.ts";
import { ProblemError } from "../support/problem.ts";

/** From the compiled files, or from the sources where only those are there (tests). */
export async function readPrelude(): Promise<string> {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const result = await bundleFile({
    entry: fileURLToPath(new URL(`./prelude/main.${extension}`, import.meta.url)),
    platform: "neutral",
    resolvePackage: () => undefined,
    syntaxCode: "ROUTE_SYNTAX",
    importCode: "ROUTE_IMPORT",
  });
  if (!result.ok) throw new ProblemError(result.problems);
  return result.bundle.code;
}
