/** Members of `KSR` that are no flat function under another name. */
import type { KemiMember, Parameter } from "./row.ts";

const PV: Parameter = { name: "name", type: "PvName", doc: "A pseudo-variable", example: '"$ua"' };
const SETTABLE: Parameter = { ...PV, type: "WritablePvName", example: '"$var(x)"' };
const HEADER: Parameter = { name: "name", type: "string", doc: "Name of a header", example: '"Subject"' };
const MESSAGE: Parameter = { name: "message", type: "unknown", doc: "What to log", example: '"text"' };
const text = (name: string, doc: string, example: string): Parameter => ({
  name,
  type: "string",
  doc,
  example,
});
const value = (type: string, example: string): Parameter => ({
  name: "value",
  type,
  doc: "New value",
  example,
});

const member = (
  name: string,
  parameters: readonly Parameter[],
  returns: string,
  doc: string,
): KemiMember => ({
  name,
  parameters,
  returns,
  doc,
});

const METHODS =
  "INVITE ACK BYE CANCEL REGISTER OPTIONS SUBSCRIBE PUBLISH NOTIFY REFER INFO UPDATE PRACK MESSAGE";
/** Name in KSR.kx, and the pseudo-variable that it reads. */
const KX: Readonly<Record<string, string>> = {
  get_ruri: "$ru",
  get_ruser: "$rU",
  get_rhost: "$rd",
  get_furi: "$fu",
  get_turi: "$tu",
  get_duri: "$du",
  get_ua: "$ua",
  get_srcip: "$si",
  get_srcport: "$sp",
  get_method: "$rm",
  get_callid: "$ci",
  get_body: "$rb",
};
const kxType = (pv: string): string => {
  if (pv === "$sp") return "number";
  return pv === "$si" || pv === "$rm" ? "string" : "string | null";
};

const URI = text("uri", "A SIP URI", '"sip:a@203.0.113.9"');

export const KEMI_MEMBERS: readonly KemiMember[] = [
  ...METHODS.split(" ").map((name) => member(`is_${name}`, [], "boolean", `Whether the method is ${name}.`)),
  member(
    "is_method_in",
    [text("letters", "One letter for each method: IACBRESPNOFUM", '"IA"')],
    "boolean",
    "Whether the method is one of these: I INVITE, A ACK, C CANCEL, B BYE, M MESSAGE, R REGISTER, E PRACK, P PUBLISH, S SUBSCRIBE, N NOTIFY, O OPTIONS, F REFER, U UPDATE.",
  ),
  member("is_myself_ruri", [], "boolean", "Whether the request-URI means this proxy."),
  member("seturi", [URI], "boolean", "Sets the request-URI."),
  member("setuser", [text("user", "User part", '"bob"')], "boolean", "Sets the user of the request-URI."),
  member("sethost", [text("host", "Host", '"b.example"')], "boolean", "Sets the host of the request-URI."),
  member("setdsturi", [URI], "boolean", "Sets the destination URI, the next hop."),
  member("resetdsturi", [], "boolean", "Takes the destination URI away."),
  member("isdsturiset", [], "boolean", "Whether there is a destination URI."),
  ...["dbg", "info", "notice", "warn", "err", "crit"].map((name) =>
    member(name, [MESSAGE], "void", `Logs, at level ${name}.`),
  ),
  member("pv.get", [PV], "string | number | null", "Value of a pseudo-variable."),
  member("pv.gete", [PV], "string | number", 'As pv.get(), but "" for null.'),
  member("pv.getw", [PV], "string | number", 'As pv.get(), but "<null>" for null.'),
  member("pv.geti", [PV], "number", "As pv.get(), as an integer; 0 for what is none."),
  member(
    "pv.getvs",
    [PV, text("other", "Used instead of null", '"none"')],
    "string | number",
    "As pv.get(), but `other` for null.",
  ),
  member("pv.sets", [SETTABLE, value("string", '"text"')], "boolean", "Sets a pseudo-variable to a text."),
  member("pv.seti", [SETTABLE, value("number", "1")], "boolean", "Sets a pseudo-variable to a number."),
  member("pv.unset", [SETTABLE], "boolean", "Sets a pseudo-variable to null."),
  member("pv.is_null", [PV], "boolean", "Whether a pseudo-variable is null."),
  member("hdr.get", [HEADER], "string | null", "Value of the first such header."),
  member("hdr.gete", [HEADER], "string", 'As hdr.get(), but "" for null.'),
  member("hdr.getw", [HEADER], "string", 'As hdr.get(), but "<null>" for null.'),
  ...Object.entries(KX).map(([name, pv]) => member(`kx.${name}`, [], kxType(pv), `Value of ${pv}.`)),
  member("siputils.is_request", [], "1 | -1", "Whether the message is a request."),
  member("siputils.is_reply", [], "1 | -1", "Whether the message is a response."),
  ...["xinfo", "xerr", "xdbg"].map((name) =>
    member(`xlog.${name}`, [text("text", "Text with pseudo-variables", '"$rm"')], "1 | -1", "As xlog()."),
  ),
];
