/** The pseudo-variables: script/pseudo-variables.ts and prelude/pv.ts read them, a test compares the names. */

export interface PseudoVariable {
  readonly name: string;
  /** TypeScript, without null. */
  readonly type: "string" | "number";
  /** Whether it may be null. */
  readonly nullable: boolean;
  readonly writable: boolean;
  readonly doc: string;
}

const row = (
  name: string,
  doc: string,
  { type = "string", nullable = true, writable = false }: Partial<PseudoVariable> = {},
): PseudoVariable => ({ name, type, nullable, writable, doc });

const WRITABLE = { writable: true };
const ALWAYS = { nullable: false };

export const PSEUDO_VARIABLES: readonly PseudoVariable[] = [
  row("$ru", "request-URI", WRITABLE),
  row("$rU", "user of the request-URI", WRITABLE),
  row("$rd", "host of the request-URI", WRITABLE),
  row("$rp", "port of the request-URI, as a text; the default port where none is written", WRITABLE),
  row("$rP", "transport of the request-URI"),
  row("$du", "destination URI: the next hop", WRITABLE),
  row("$dd", "host of the destination URI"),
  row("$dp", "port of the destination URI, as a text"),
  row("$dP", "transport of the destination URI"),
  row("$ou", "request-URI as it arrived"),
  row("$oU", "its user"),
  row("$od", "its host"),
  row("$fu", "URI of From"),
  row("$fU", "its user"),
  row("$fd", "its host"),
  row("$ft", "tag of From"),
  row("$fn", "display name of From, without quotes"),
  row("$tu", "URI of To"),
  row("$tU", "its user"),
  row("$td", "its host"),
  row("$tt", "tag of To"),
  row("$tn", "display name of To, without quotes"),
  row("$ci", "Call-ID"),
  row("$cs", "number of CSeq, as a text"),
  row("$rm", "method; of a response, the one in its CSeq", ALWAYS),
  row("$rs", "status of a response", { type: "number" }),
  row("$rr", "reason phrase of a response"),
  row("$si", "IP address that the message came from", ALWAYS),
  row("$sp", "port that it came from", { type: "number", nullable: false }),
  row("$Ri", "IP address that it arrived at", ALWAYS),
  row("$Rp", "port that it arrived at", { type: "number", nullable: false }),
  row("$pr", "transport that it came by", ALWAYS),
  row("$proto", "the same", ALWAYS),
  row("$ua", "User-Agent"),
  row("$ct", "Contact"),
  row("$cT", "Content-Type"),
  row("$rb", "body"),
  row("$ml", "length of the message in bytes", { type: "number", nullable: false }),
  row("$null", "nothing"),
];

export interface PvForm {
  /** As people write it. */
  readonly form: string;
  /** TypeScript of the name. */
  readonly pattern: string;
  readonly type: string;
  readonly writable: boolean;
  readonly doc: string;
}

/** Those with an argument. */
export const PV_FORMS: readonly PvForm[] = [
  {
    form: "$hdr(Name)",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template literal type
    pattern: "`$hdr(${string})`",
    type: "string | null",
    writable: false,
    doc: "value of the first header of that name",
  },
  {
    form: "$xavp(_dsdst_=>uri)",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template literal type
    pattern: "`$xavp(${string})`",
    type: "string | number | null",
    writable: false,
    doc: "of the destination that was selected last in this run: uri, grp (its set), attrs, dstid, socket",
  },
  {
    form: "$var(name)",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template literal type
    pattern: "`$var(${string})`",
    type: "string | number | null",
    writable: true,
    doc: "a variable of the script's own; 0 until it is set, and it lives until the next reload",
  },
];
