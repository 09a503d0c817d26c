/**
 * Makes generations out of files that change: reads, compares content, tries, swaps. A part that is broken is reported
 * once and leaves that part of the generation before in force; the other parts go on being reloaded.
 */
import type { DataPlaneSettings, GenerationData } from "../dataplane/protocol.ts";
import type { LocalIdentity } from "../proxy/local-identity.ts";
import {
  changedParts,
  type Part,
  type PartCompilers,
  type PartName,
  type PartPaths,
  type Parts,
  readParts,
} from "../reload/part.ts";
import type { Clock } from "../support/clock.ts";
import { type Problem, ProblemError, problem } from "../support/problem.ts";
import type { Bundle } from "../support/source-position.ts";
import type { ReloadReport } from "./engine-api.ts";
import { type LoadedList, loadList } from "./load-list.ts";
import { tryCandidate } from "./try-candidate.ts";

export interface ReloaderOptions {
  readonly paths: PartPaths;
  readonly compilers: PartCompilers;
  readonly clock: Clock;
  readonly settings: DataPlaneSettings;
  readonly local: LocalIdentity;
  readonly stallMs: number;
  /** Puts a generation in force; what is wrong if it cannot be. */
  swap(generation: GenerationData): Promise<readonly Problem[]>;
  tell(report: ReloadReport): void;
  /** What is to be watched from now on. */
  watch(paths: readonly string[]): void;
}

/** The parts of the generation in force, each in the form that the data plane takes. */
interface Live {
  readonly route: Bundle;
  readonly plugins: readonly Bundle[];
  readonly list: LoadedList;
}

export class Reloader {
  readonly #options: ReloaderOptions;
  #seen: Parts | undefined;
  #live: Live | undefined;
  #generation = 0;
  /** Fingerprints of scripts with plugins that have stalled the data plane. */
  readonly #stalled = new Set<string>();
  #running = false;
  #again = false;
  #since = 0;

  constructor(options: ReloaderOptions) {
    this.#options = options;
  }

  /** The first generation, tried. Rejects with a ProblemError that has every problem of all parts. */
  async first(): Promise<GenerationData> {
    const parts = await this.#read();
    const list = await this.#loadList(parts.list);
    if (!parts.route.ok || !parts.plugins.ok || !list.ok) {
      throw new ProblemError([...problemsOf(parts.route), ...problemsOf(list), ...problemsOf(parts.plugins)]);
    }
    const live = { route: parts.route.value, plugins: parts.plugins.value, list: list.value };
    const generation = this.#generationOf(live);
    const problems = await this.#try(generation);
    if (problems.length > 0) throw new ProblemError(problems);
    this.#live = live;
    this.#generation = generation.id;
    return generation;
  }

  /** Something may have changed. Reloads come one after the other; hints in between are one reload. */
  hint(): void {
    if (!this.#again) this.#since = this.#options.clock.now();
    this.#again = true;
    if (!this.#running) void this.#run();
  }

  /** The data plane went back to `serving`, because that other generation had stalled. */
  wentBack(serving: GenerationData, stalled: GenerationData | undefined): void {
    if (stalled === undefined) return;
    this.#stalled.add(codeOf(stalled));
    this.#live = {
      route: serving.route,
      plugins: serving.plugins,
      list: { list: serving.list, endpoints: serving.endpoints },
    };
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      while (this.#again) {
        this.#again = false;
        await this.#reload(this.#since);
      }
    } finally {
      this.#running = false;
    }
  }

  async #reload(since: number): Promise<void> {
    const before = this.#seen as Parts;
    const parts = await this.#read(before);
    const changed = changedParts(before, parts);
    if (changed.length === 0) return;
    const list = await this.#loadList(parts.list);
    const live = this.#live as Live;
    const found: Readonly<Record<PartName, Part<unknown>>> = { ...parts, list };
    const broken = changed.filter((name) => !found[name].ok);
    const report = (ok: boolean, names: readonly PartName[], problems: readonly Problem[]): void => {
      const files = names.flatMap((name) => filesOf(name, parts, this.#options.paths));
      const { clock } = this.#options;
      this.#options.tell({
        ok,
        generation: this.#generation,
        changed: files,
        problems,
        tookMs: clock.now() - since,
      });
    };
    if (broken.length > 0)
      report(
        false,
        broken,
        broken.flatMap((name) => problemsOf(found[name])),
      );
    const good = changed.filter((name) => found[name].ok);
    if (good.length === 0) return;
    const candidate: Live = {
      route: good.includes("route") && parts.route.ok ? parts.route.value : live.route,
      plugins: good.includes("plugins") && parts.plugins.ok ? parts.plugins.value : live.plugins,
      list: good.includes("list") && list.ok ? list.value : live.list,
    };
    const problems = await this.#putInForce(candidate, live);
    report(problems.length === 0, good, problems);
  }

  async #putInForce(candidate: Live, live: Live): Promise<readonly Problem[]> {
    const generation = this.#generationOf(candidate);
    if (this.#stalled.has(codeOf(candidate))) {
      return [
        problem("STALL_REFUSED", "this script stalled the data plane before", {
          file: candidate.route.entry,
        }),
      ];
    }
    const needsTrial = candidate.route !== live.route || candidate.plugins !== live.plugins;
    const problems = needsTrial ? await this.#try(generation) : [];
    if (problems.length > 0) return problems;
    const refused = await this.#options.swap(generation);
    if (refused.length > 0) return refused;
    this.#live = candidate;
    this.#generation = generation.id;
    return [];
  }

  async #read(seen?: Parts): Promise<Parts> {
    const { paths, compilers, clock, watch } = this.#options;
    const parts = await readParts(paths, compilers, clock, seen);
    this.#seen = parts;
    watch([...new Set([...parts.route.inputs, ...parts.list.inputs, ...parts.plugins.inputs])]);
    return parts;
  }

  async #loadList(part: Parts["list"]): Promise<Part<LoadedList>> {
    if (!part.ok) return part;
    const { settings, local } = this.#options;
    const { text, file } = part.value;
    const { fingerprint, inputs } = part;
    const result = await loadList(text, file, local, (settings.dispatcher.ds_dns_mode & 1) !== 0);
    if (!result.ok) return { ok: false, problems: result.problems, fingerprint, inputs };
    return { ok: true, value: result.loaded, fingerprint, inputs };
  }

  #generationOf({ route, plugins, list }: Live): GenerationData {
    return { id: this.#generation + 1, route, plugins, list: list.list, endpoints: list.endpoints };
  }

  #try(generation: GenerationData): Promise<readonly Problem[]> {
    const { settings, stallMs, clock } = this.#options;
    return tryCandidate(generation, settings, stallMs, clock);
  }
}

function problemsOf(part: Part<unknown>): readonly Problem[] {
  return part.ok ? [] : part.problems;
}

/** What can stall: the script and the plugins, not the list. */
function codeOf({ route, plugins }: Pick<Live, "route" | "plugins">): string {
  return [route, ...plugins].map((bundle) => bundle.code).join("\0");
}

function filesOf(name: PartName, parts: Parts, paths: PartPaths): string[] {
  if (name === "list") return [paths.list];
  if (name === "route") return [paths.routes];
  const { plugins } = parts;
  return plugins.ok && plugins.value.length > 0
    ? plugins.value.map((plugin) => plugin.entry)
    : [paths.plugins];
}
