/** The ATTRS field of a destination line: `name=value;name="value";name`. Names are compared without case. */

export interface Attribute {
  /** In lower case. */
  readonly name: string;
  /** Without quotes; empty when the attribute has no value. */
  readonly value: string;
  /** Where name and value begin in the text, from 0. */
  readonly nameAt: number;
  readonly valueAt: number;
}

export interface AttributeFault {
  readonly message: string;
  /** Offset in the text, from 0. */
  readonly at: number;
}

/** What checks the parts that are not dispatch's business. Each returns what is wrong, or undefined. */
export interface AttributeChecks {
  /** Whether the text is a URI that can be sent to. */
  checkUri(uri: string): string | undefined;
  /** Whether a listener of ours has this address (`udp:10.0.0.1:5060`) or this name. */
  checkSocket(text: string, by: "address" | "name"): string | undefined;
}

type Kind =
  | { readonly is: "integer"; readonly from: number; readonly to: number }
  | { readonly is: "text" | "uri" | "address" | "name" };

const MAX_INTEGER = 2_147_483_647;
const percent: Kind = { is: "integer", from: 0, to: 100 };
const share: Kind = { is: "integer", from: 1, to: 100 };
const count: Kind = { is: "integer", from: 0, to: MAX_INTEGER };

/** The names that have a meaning. Any other is kept for the script and not looked at. */
const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ["duid", { is: "text" }],
  ["maxload", count],
  ["weight", share],
  ["rweight", share],
  ["cc", count],
  ["latency", count],
  ["socket", { is: "address" }],
  ["sockname", { is: "name" }],
  ["ping_socket", { is: "address" }],
  ["ping_from", { is: "uri" }],
  ["obproxy", { is: "uri" }],
  ["ocmin", percent],
  ["ocmax", percent],
  ["ocrate", percent],
]);

const ATTRIBUTE = /([A-Za-z0-9_.-]+)(?:=("[^"]*"|'[^']*'|[^;"']*))?(;|$)/y;

/** Stops at the first piece that is no attribute; a `;` at the end is fine. */
export function parseAttributes(text: string): { attributes: Attribute[]; faults: AttributeFault[] } {
  const attributes: Attribute[] = [];
  let at = 0;
  while (at < text.length) {
    ATTRIBUTE.lastIndex = at;
    const match = ATTRIBUTE.exec(text);
    if (match === null) {
      const found = text.slice(at).split(";", 1)[0];
      return { attributes, faults: [{ message: `"${found}" is not an attribute`, at }] };
    }
    const [whole, name = "", raw = ""] = match;
    const quoted = raw.startsWith('"') || raw.startsWith("'");
    const valueAt = raw === "" ? at : at + name.length + 1;
    attributes.push({
      name: name.toLowerCase(),
      value: quoted ? raw.slice(1, -1) : raw,
      nameAt: at,
      valueAt,
    });
    at += whole.length;
  }
  return { attributes, faults: [] };
}

/** What is wrong with the values, and names given twice. */
export function checkAttributes(attributes: readonly Attribute[], checks: AttributeChecks): AttributeFault[] {
  const faults: AttributeFault[] = [];
  const seen = new Map<string, Attribute>();
  for (const attribute of attributes) {
    if (seen.has(attribute.name)) {
      faults.push({ message: `attribute "${attribute.name}" is given twice`, at: attribute.nameAt });
      continue;
    }
    seen.set(attribute.name, attribute);
    const message = valueFault(attribute, checks);
    if (message !== undefined) faults.push({ message, at: attribute.valueAt });
  }
  const least = seen.get("ocmin");
  const most = seen.get("ocmax");
  if (faults.length === 0 && least && most && Number(least.value) > Number(most.value)) {
    faults.push({ message: `ocmin=${least.value} is more than ocmax=${most.value}`, at: least.valueAt });
  }
  return faults;
}

function valueFault({ name, value }: Attribute, checks: AttributeChecks): string | undefined {
  const kind = KINDS.get(name);
  if (kind === undefined) return undefined;
  if (value === "") return `attribute "${name}" has no value`;
  switch (kind.is) {
    case "text":
      return undefined;
    case "integer": {
      const inRange = /^\d{1,10}$/.test(value) && Number(value) >= kind.from && Number(value) <= kind.to;
      return inRange ? undefined : `${name}=${value} is not a whole number from ${kind.from} to ${kind.to}`;
    }
    case "uri": {
      const wrong = checks.checkUri(value);
      return wrong === undefined ? undefined : `${name}=${value} is not a usable URI: ${wrong}`;
    }
    case "address":
    case "name": {
      const wrong = checks.checkSocket(value, kind.is);
      return wrong === undefined ? undefined : `${name}=${value} is not a socket of ours: ${wrong}`;
    }
  }
}
