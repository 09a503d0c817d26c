/** The algorithms that a script can name: the built-ins, by name and by Kamailio's number, and the plugins. */
import type { Problem } from "../support/problem.ts";
import { problem } from "../support/problem.ts";
import type { Algorithm } from "./algorithm.ts";
import { BUILT_IN_ALGORITHMS } from "./algorithms/index.ts";

/** An algorithm with its options. A reload that changes neither keeps the object, and sets their pickers with it. */
export interface Registered {
  readonly algorithm: Algorithm;
  readonly options: unknown;
  /** The options as given, as text, to tell whether they changed. */
  readonly optionsKey: string;
  readonly builtIn: boolean;
}

/** Options as the configuration has them, by the name of the algorithm. */
export type RawOptions = Readonly<Record<string, unknown>>;

const NAME = /^[a-z][a-z0-9-]*$/;

export class AlgorithmRegistry {
  /** Plugins that could not be taken, and why. The rest of the registry is good. */
  readonly problems: readonly Problem[];
  readonly #byName = new Map<number | string, Registered>();

  constructor(plugins: readonly Algorithm[], rawOptions: RawOptions = {}, previous?: AlgorithmRegistry) {
    const problems: Problem[] = [];
    const add = (algorithm: Algorithm, builtIn: boolean): void => {
      const wrong = this.#refuse(algorithm);
      if (wrong !== undefined) {
        problems.push(wrong);
        return;
      }
      const entry = register(algorithm, rawOptions, builtIn, previous?.find(algorithm.name));
      if ("code" in entry) {
        problems.push(entry);
        return;
      }
      this.#byName.set(algorithm.name, entry);
      if (algorithm.number === undefined) return;
      this.#byName.set(algorithm.number, entry);
      this.#byName.set(String(algorithm.number), entry);
    };
    for (const algorithm of BUILT_IN_ALGORITHMS) add(algorithm, true);
    for (const algorithm of plugins) add(algorithm, false);
    this.problems = problems;
  }

  /** By name (`"round-robin"`), number (4), or number as text (`"4"`). */
  find(nameOrNumber: number | string): Registered | undefined {
    return this.#byName.get(nameOrNumber);
  }

  /** The names, built-ins first. */
  get names(): string[] {
    return [...this.#byName].flatMap(([key, { algorithm }]) =>
      key === algorithm.name ? [algorithm.name] : [],
    );
  }

  #refuse({ name, number, fallback }: Algorithm): Problem | undefined {
    if (typeof name !== "string" || !NAME.test(name))
      return problem("ALGORITHM_NAME_TAKEN", `"${name}" cannot be the name of an algorithm`);
    if (this.#byName.has(name)) return problem("ALGORITHM_NAME_TAKEN", `the name "${name}" is taken`);
    if (number !== undefined && this.#byName.has(number)) {
      return problem("ALGORITHM_NAME_TAKEN", `algorithm "${name}" claims number ${number}, which is taken`);
    }
    if (fallback === undefined || BUILT_IN_ALGORITHMS.some((known) => known.name === fallback))
      return undefined;
    return problem(
      "ALGORITHM_BAD_OPTIONS",
      `algorithm "${name}" falls back to "${fallback}", which is no built-in`,
    );
  }
}

function register(
  algorithm: Algorithm,
  rawOptions: RawOptions,
  builtIn: boolean,
  known: Registered | undefined,
): Registered | Problem {
  const raw = Object.hasOwn(rawOptions, algorithm.name) ? rawOptions[algorithm.name] : undefined;
  const optionsKey = JSON.stringify(raw) ?? "";
  if (known?.algorithm === algorithm && known.optionsKey === optionsKey) return known;
  try {
    return { algorithm, options: algorithm.parseOptions?.(raw), optionsKey, builtIn };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return problem("ALGORITHM_BAD_OPTIONS", `algorithm "${algorithm.name}": ${reason}`);
  }
}
