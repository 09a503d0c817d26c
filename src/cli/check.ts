/** `signalbox check`: everything that a start would find wrong, at once, without opening a port. */
import type { ConfigOptions } from "../config/load.ts";
import { loadConfig } from "../config/load.ts";
import type { Surroundings } from "./surroundings.ts";
import { reportProblems } from "./surroundings.ts";

/** Resolves to the exit status: 1 when there are problems. */
export async function check(options: ConfigOptions, around: Surroundings): Promise<number> {
  const loaded = loadConfig(options);
  const { usable } = loaded;
  // A mistake in one key of the config must not hide those in the script and the list.
  const problems = [...loaded.problems, ...(usable ? await around.checkAll(usable) : [])];
  if (problems.length > 0) {
    reportProblems(around, problems);
    return 1;
  }
  const files = [usable?.file, usable?.routes, usable?.list, usable?.plugins].filter(
    (file) => file !== undefined,
  );
  around.out(`no problems in ${files.join(", ")}\n`);
  return 0;
}
