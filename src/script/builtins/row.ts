/** Shapes of the rows that declare what a route script may use. Types are TypeScript, as the editor shows them. */

export interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly optional?: boolean;
  readonly doc: string;
  /** A value that is right, as JavaScript. Tests call the function with it. */
  readonly example: string;
}

/** Where a function may be called: in request_route, in any route function, or while the file is loaded too. */
export type Where = "request" | "any" | "load";

/** What the function answers under its KEMI name. */
export type KemiAnswer = "1/-1" | "0/-1" | "1" | "boolean" | "never";

/** Another name of a built-in: in `KSR`, as KEMI has it. */
export interface KemiName {
  /** Behind `KSR.`, as `dispatcher.ds_select_dst`. */
  readonly name: string;
  /** How many of the built-in's parameters it has, from the first on. */
  readonly arity: number;
  readonly answer: KemiAnswer;
}

export interface BuiltIn {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly returns: "boolean" | "never";
  readonly where: Where;
  readonly doc: string;
  /** Whether each call leaves the sandbox, which costs as much as dozens of lines of script. */
  readonly crosses: boolean;
  readonly kemi: readonly KemiName[];
}

/** A member of `KSR` that has no flat function. */
export interface KemiMember {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly returns: string;
  readonly doc: string;
}

/** A property, or with parameters a method, of an object that a script is given. */
export interface Member {
  readonly name: string;
  readonly type: string;
  readonly doc: string;
  readonly writable?: boolean;
  readonly parameters?: readonly Parameter[];
}

export const URI = { name: "uri", type: "string", doc: "A SIP URI", example: '"sip:203.0.113.9"' } as const;
export const HEADER_NAME = {
  name: "name",
  type: "string",
  doc: "Name of the header; case does not count, and the compact form is the same name",
  example: '"Subject"',
} as const;

export function kemi(name: string, arity: number, answer: KemiAnswer = "1/-1"): KemiName {
  return { name, arity, answer };
}
