/**
 * QuickJS with limits (the only importer of quickjs-emscripten). One sandbox holds one runtime with one context; a
 * call into it has a time, a memory and a stack budget, and what goes wrong in it comes back as a value.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSWASMModule,
  RELEASE_SYNC,
} from "quickjs-emscripten";
import type { Clock } from "../support/clock.ts";

export interface SandboxLimits {
  /** For one call. QuickJS looks at the clock between bytecodes only: a stall inside a native is the watchdog's. */
  readonly timeMs: number;
  readonly memoryBytes: number;
  /** More than 256 KB lets unbounded recursion overflow the host's stack before QuickJS notices. */
  readonly stackBytes: number;
}

export type FaultKind = "throw" | "time" | "memory" | "stack";

/** What a call ended with instead of a result. */
export interface Fault {
  readonly kind: FaultKind;
  /** `TypeError: cannot read property 'x' of null` */
  readonly message: string;
  readonly frames: readonly StackFrame[];
}

export interface StackFrame {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: Fault };

/**
 * A function of the host that the inside may call. What it throws is thrown there, as an Error of that message.
 * `takes` says what each argument is: asking QuickJS for a value's type costs more than fetching the value.
 */
export interface HostFunction {
  readonly takes: readonly ("number" | "text")[];
  run(...args: (string | number)[]): string | number | boolean | null;
}

/** Node's types leave the WebAssembly functions to the DOM's. */
interface WebAssemblyFunctions {
  compile(bytes: Uint8Array): Promise<WebAssembly.Module>;
  readonly Memory: new (limits: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
}
const wasm = (globalThis as unknown as { WebAssembly: WebAssemblyFunctions }).WebAssembly;

/** Compiles the WebAssembly once: instances in all threads share the compiled code. */
export async function compileQuickJS(): Promise<WebAssembly.Module> {
  // The variant is a dependency of quickjs-emscripten, and is found from there.
  const { resolve } = createRequire(createRequire(import.meta.url).resolve("quickjs-emscripten"));
  return wasm.compile(await readFile(resolve("@jitl/quickjs-wasmfile-release-sync/wasm")));
}

const PAGE_BYTES = 65_536;
/** What the variant begins with: its own stack and data, and room for the engine. */
const INITIAL_PAGES = 256;

/** One WebAssembly instance, for the sandboxes of one generation: a leak in one cannot hurt another's. */
export interface QuickJSInstance {
  readonly module: QuickJSWASMModule;
  /** It cannot grow any more. */
  isFull(): boolean;
  /** Another one like it, for when this one has aborted. */
  another(): Promise<QuickJSInstance>;
}

/**
 * `memoryBytes`: how much a script may use. It bounds the memory of the instance, because QuickJS's own limit does not
 * hold in WebAssembly: it has no way there to ask how large a block is, and counts each one as a few bytes (measured
 * with quickjs-emscripten 0.32: a limit of 8 MB let a script take 2 GB and 10 s).
 */
export async function instantiateQuickJS(
  module: WebAssembly.Module,
  memoryBytes: number,
): Promise<QuickJSInstance> {
  const maximum = INITIAL_PAGES + Math.ceil(memoryBytes / PAGE_BYTES);
  const memory = new wasm.Memory({ initial: INITIAL_PAGES, maximum });
  const variant = newVariant(RELEASE_SYNC, { wasmModule: module, wasmMemory: memory });
  return {
    module: await newQuickJSWASMModuleFromVariant(variant),
    isFull: () => memory.buffer.byteLength > (maximum - INITIAL_PAGES / 2) * PAGE_BYTES,
    another: () => instantiateQuickJS(module, memoryBytes),
  };
}

export class Sandbox {
  readonly #instance: QuickJSInstance;
  readonly #runtime: QuickJSRuntime;
  readonly #context: QuickJSContext;
  readonly #limits: SandboxLimits;
  readonly #clock: Clock;
  /** Kept until the end: functions that the host calls or that were given to the inside. */
  readonly #handles: QuickJSHandle[] = [];
  #deadline = Number.POSITIVE_INFINITY;

  constructor(instance: QuickJSInstance, limits: SandboxLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
    this.#instance = instance;
    this.#runtime = instance.module.newRuntime();
    this.#runtime.setMaxStackSize(limits.stackBytes);
    this.#runtime.setInterruptHandler(() => clock.now() > this.#deadline);
    this.#context = this.#runtime.newContext();
  }

  /** Evaluates an ES module; its namespace is for `callExport` and `exported`. */
  evaluate(code: string, file: string, timeMs = this.#limits.timeMs): Outcome<QuickJSHandle> {
    this.#deadline = this.#clock.now() + timeMs;
    const result = this.#context.evalCode(code, file, { type: "module" });
    if (result.error) return { ok: false, fault: this.#faultOf(result.error) };
    this.#handles.push(result.value);
    return { ok: true, value: result.value };
  }

  exported(namespace: QuickJSHandle, name: string): QuickJSHandle {
    const handle = this.#context.getProp(namespace, name);
    this.#handles.push(handle);
    return handle;
  }

  /** An object with these functions, to be handed to the inside. */
  hostObject(functions: Readonly<Record<string, HostFunction>>): QuickJSHandle {
    const context = this.#context;
    const object = context.newObject();
    for (const [name, { takes, run }] of Object.entries(functions)) {
      context
        .newFunction(name, (...args) => {
          const values = takes.map((kind, index) => {
            const arg = args[index] ?? context.undefined;
            return kind === "number" ? context.getNumber(arg) : context.getString(arg);
          });
          return this.#toHandle(run(...values));
        })
        .consume((handle) => context.setProp(object, name, handle));
    }
    this.#handles.push(object);
    return object;
  }

  number(value: number): QuickJSHandle {
    return this.#context.newNumber(value);
  }

  /** Calls with handles that stay valid; the result as a text. For start-up. */
  call(run: QuickJSHandle, args: readonly QuickJSHandle[], timeMs = this.#limits.timeMs): Outcome<string> {
    this.#deadline = this.#clock.now() + timeMs;
    const result = this.#context.callFunction(run, this.#context.undefined, ...args);
    if (result.error) return { ok: false, fault: this.#faultOf(result.error) };
    const value = this.#context.getString(result.value);
    result.value.dispose();
    return { ok: true, value };
  }

  /** The hot one: text in, text out. */
  callText(run: QuickJSHandle, text: string): Outcome<string> {
    this.#deadline = this.#clock.now() + this.#limits.timeMs;
    const context = this.#context;
    const argument = context.newString(text);
    const result = context.callFunction(run, context.undefined, argument);
    argument.dispose();
    if (result.error) return { ok: false, fault: this.#faultOf(result.error) };
    const value = context.getString(result.value);
    result.value.dispose();
    return { ok: true, value };
  }

  dispose(): void {
    for (const handle of this.#handles.splice(0)) if (handle.alive) handle.dispose();
    this.#context.dispose();
    this.#runtime.dispose();
  }

  #toHandle(value: string | number | boolean | null): QuickJSHandle {
    const context = this.#context;
    switch (typeof value) {
      case "string":
        return context.newString(value);
      case "number":
        return context.newNumber(value);
      case "boolean":
        return value ? context.true : context.false;
      default:
        return context.null;
    }
  }

  #faultOf(error: QuickJSHandle): Fault {
    const context = this.#context;
    // Looking at the error runs code of its own, which must not end for the same reason.
    this.#deadline = this.#clock.now() + this.#limits.timeMs;
    const shown: unknown = context.dump(error);
    error.dispose();
    // There was not even memory for the error.
    if (shown === null && this.#instance.isFull()) {
      return { kind: "memory", message: "out of memory", frames: [] };
    }
    if (typeof shown !== "object" || shown === null) {
      return { kind: "throw", message: `threw ${JSON.stringify(shown)}`, frames: [] };
    }
    const { name, message, stack } = shown as { name?: unknown; message?: unknown; stack?: unknown };
    const text = typeof message === "string" ? message : JSON.stringify(shown);
    return {
      kind: name === "InternalError" || name === "RangeError" ? kindOf(text) : "throw",
      message: typeof name === "string" ? `${name}: ${text}` : `threw ${text}`,
      frames: parseStack(typeof stack === "string" ? stack : ""),
    };
  }
}

function kindOf(message: string): FaultKind {
  if (message.includes("interrupted")) return "time";
  if (message.includes("out of memory")) return "memory";
  if (message.includes("stack overflow") || message.includes("call stack")) return "stack";
  return "throw";
}

/** QuickJS writes `    at name (file:line:column)` or `    at file:line:column`. */
function parseStack(stack: string): StackFrame[] {
  const frames: StackFrame[] = [];
  for (const line of stack.split("\n")) {
    const match = /^\s*at (?:.*\()?(.+?):(\d+)(?::(\d+))?\)?$/.exec(line);
    if (match)
      frames.push({ file: match[1] as string, line: Number(match[2]), column: Number(match[3] ?? 1) });
  }
  return frames;
}
