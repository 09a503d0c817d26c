/**
 * Watches files for changes, as hints: an event says "look again", the content decides. Directories are watched and
 * not files, because most ways of saving put another file in the place of the first. The only importer of chokidar.
 */
import { lstatSync } from "node:fs";
import { basename } from "node:path";
import type { FSWatcher } from "chokidar";
import { watch } from "chokidar";
import type { Clock, Timer } from "../support/clock.ts";
import type { Problem } from "../support/problem.ts";
import { problem } from "../support/problem.ts";
import { linkChain } from "./link-chain.ts";
import { signatureOf } from "./signature.ts";

export interface WatchOptions {
  readonly clock: Clock;
  /** Paths, as given to setPaths, that may have changed. Never called from within setPaths. */
  onHint(paths: readonly string[]): void;
  /** A directory that the system refuses to watch, once each. Its files are still looked at every `pollMs`. */
  onProblem?(found: Problem): void;
  /** Quiet time before a hint, default 50 ms. */
  readonly debounceMs?: number;
  /** Longest time that a hint waits for quiet, default 300 ms. */
  readonly maxDelayMs?: number;
  /** How often the files are looked at whatever the events say, default 2000 ms. */
  readonly pollMs?: number;
}

export interface FileWatch {
  /**
   * What to watch from now on: files, and directories for every entry directly in them. They need not exist.
   * A path that was not watched before is hinted at, because it may have changed since the caller read it. Resolves
   * when events are flowing; what happens until then is found too.
   */
  setPaths(paths: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

interface WatchedDirectory {
  readonly inode: bigint;
  readonly watcher: FSWatcher;
  readonly ready: Promise<void>;
  /** Paths to hint at when the entry of that name changes. */
  readonly interest: Map<string, Set<string>>;
  /** Paths to hint at whatever entry changes. */
  readonly everyEntry: Set<string>;
}

export function watchFiles(options: WatchOptions): FileWatch {
  const watching = new Watching(options);
  return {
    setPaths: (paths) => watching.setPaths(paths),
    close: () => watching.close(),
  };
}

class Watching {
  readonly #options: WatchOptions;
  readonly #directories = new Map<string, WatchedDirectory>();
  /** By path: how it looked when it was last hinted at, or first seen. */
  readonly #signatures = new Map<string, string>();
  readonly #dirty = new Set<string>();
  readonly #complained = new Set<string>();
  readonly #poll: Timer;
  #quiet: Timer | undefined;
  #dirtySince = 0;
  #closed = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#poll = options.clock.every(options.pollMs ?? 2000, () => this.#lookAtAll());
  }

  async setPaths(paths: readonly string[]): Promise<void> {
    if (this.#closed) return;
    const wanted = new Set(paths);
    for (const path of this.#signatures.keys()) if (!wanted.has(path)) this.#signatures.delete(path);
    for (const path of wanted) {
      if (this.#signatures.has(path)) continue;
      this.#signatures.set(path, signatureOf(path));
      this.#mark(path);
    }
    this.#followChains();
    await Promise.all([...this.#directories.values()].map((directory) => directory.ready));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#poll.cancel();
    this.#quiet?.cancel();
    const watchers = [...this.#directories.values()].map((directory) => directory.watcher.close());
    this.#directories.clear();
    await Promise.all(watchers);
  }

  /** Brings the watched directories in line with what the paths lead to now. */
  #followChains(): void {
    for (const directory of this.#directories.values()) {
      directory.interest.clear();
      directory.everyEntry.clear();
    }
    for (const path of this.#signatures.keys()) {
      const chain = linkChain(path);
      for (const { directory, name } of chain.steps) {
        const interest = this.#directory(directory)?.interest;
        if (interest?.get(name)?.add(path) === undefined) interest?.set(name, new Set([path]));
      }
      if (chain.directory !== undefined) this.#directory(chain.directory)?.everyEntry.add(path);
    }
    for (const [name, directory] of this.#directories) {
      if (directory.interest.size > 0 || directory.everyEntry.size > 0) continue;
      this.#directories.delete(name);
      void directory.watcher.close();
    }
  }

  /** A directory that was removed and made again has another inode, and the watch of the old one is deaf. */
  #directory(name: string): WatchedDirectory | undefined {
    const inode = inodeOf(name);
    const known = this.#directories.get(name);
    if (known !== undefined && known.inode === inode) return known;
    if (known !== undefined) {
      this.#directories.delete(name);
      void known.watcher.close();
    }
    if (inode === undefined) return undefined;
    const made = this.#watch(name, inode);
    this.#directories.set(name, made);
    return made;
  }

  #watch(name: string, inode: bigint): WatchedDirectory {
    const interest = new Map<string, Set<string>>();
    const everyEntry = new Set<string>();
    const watcher = watch(name, {
      depth: 0,
      ignoreInitial: true,
      followSymlinks: false,
      atomic: false,
      ignored: (path) => path !== name && everyEntry.size === 0 && !interest.has(basename(path)),
    });
    const made: WatchedDirectory = {
      inode,
      watcher,
      interest,
      everyEntry,
      ready: new Promise((resolve) => watcher.once("ready", resolve).once("error", () => resolve())),
    };
    watcher.on("all", (_event, path) => this.#event(name, made, basename(path)));
    watcher.on("raw", (_event, path, details) => {
      // A file's own watch tells the file, the directory's tells the entry; either way the last part is the name.
      const { watchedPath } = details as { watchedPath?: string };
      const entry = watchedPath === name ? path : watchedPath;
      this.#event(name, made, entry ? basename(entry) : undefined);
    });
    watcher.on("error", (error) => this.#refused(name, error));
    // What happened between the first look and now had nobody watching.
    void made.ready.then(() =>
      this.#lookAt([...everyEntry, ...[...interest.values()].flatMap((p) => [...p])]),
    );
    return made;
  }

  #event(name: string, directory: WatchedDirectory, entry: string | undefined): void {
    for (const path of directory.everyEntry) this.#mark(path);
    const gone = entry === undefined || inodeOf(name) !== directory.inode;
    for (const [of, paths] of directory.interest) {
      if (gone || of === entry) for (const path of paths) this.#mark(path);
    }
  }

  #refused(name: string, error: unknown): void {
    const { code, message } = error as NodeJS.ErrnoException;
    // A directory that has just gone is no refusal: its parent's watch tells of it.
    if (code === "ENOENT" || this.#complained.has(name)) return;
    this.#complained.add(name);
    this.#options.onProblem?.(
      problem("WATCH_FAILED", `cannot watch ${name}: ${code ?? message}`, { file: name }),
    );
  }

  #lookAtAll(): void {
    this.#followChains();
    this.#lookAt([...this.#signatures.keys()]);
  }

  #lookAt(paths: readonly string[]): void {
    for (const path of paths) {
      const known = this.#signatures.get(path);
      if (known !== undefined && known !== signatureOf(path)) this.#mark(path);
    }
  }

  /** A hint waits for quiet, but not for ever: something may write all the time. */
  #mark(path: string): void {
    if (this.#closed || !this.#signatures.has(path)) return;
    const { clock, debounceMs = 50, maxDelayMs = 300 } = this.#options;
    if (this.#dirty.size === 0) this.#dirtySince = clock.now();
    this.#dirty.add(path);
    this.#quiet?.cancel();
    const left = this.#dirtySince + maxDelayMs - clock.now();
    this.#quiet = clock.after(Math.max(0, Math.min(debounceMs, left)), () => this.#tell());
  }

  #tell(): void {
    const paths = [...this.#dirty].filter((path) => this.#signatures.has(path));
    this.#dirty.clear();
    this.#followChains();
    // Taken before the hint, so that a change while the reader reads is seen as another one.
    for (const path of paths) this.#signatures.set(path, signatureOf(path));
    if (paths.length > 0) this.#options.onHint(paths);
  }
}

function inodeOf(directory: string): bigint | undefined {
  try {
    return lstatSync(directory, { bigint: true }).ino;
  } catch {
    return undefined;
  }
}
