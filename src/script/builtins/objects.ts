/** Values and objects that a script is given: core values, `pv`, `log`, and the typed request and response. */
import { HEADER_NAME, type Member, type Parameter } from "./row.ts";

/** Globals, as in kamailio.cfg. */
export const CORE_VALUES: readonly Member[] = [
  { name: "method", type: "string", doc: "Method of the request; of a response, the one in its CSeq." },
  { name: "uri", type: "string", doc: "The request-URI. Setting it is as setting $ru.", writable: true },
  { name: "src_ip", type: "string", doc: "IP address that the message came from." },
  { name: "src_port", type: "number", doc: "Port that it came from." },
];

const MESSAGE: Parameter = { name: "message", type: "unknown", doc: "What to log", example: '"text"' };
const log = (name: string, doc: string): Member => ({ name, type: "void", doc, parameters: [MESSAGE] });

export const LOG_MEMBERS: readonly Member[] = [
  log("debug", "Logs for who looks for a fault."),
  log("info", "Logs what is worth a line."),
  log("warn", "Logs what somebody should look at."),
  log("error", "Logs what went wrong."),
];

/** Their types are in the declarations, one for each pseudo-variable. */
export const PV_MEMBERS: readonly Member[] = [
  { name: "get", type: "", doc: "Value of a pseudo-variable; null when the message has none." },
  { name: "set", type: "", doc: "Sets a pseudo-variable that can be set." },
];

const MAYBE = "string | undefined";

/** Of `from` and `to`. */
export const PARTY_MEMBERS: readonly Member[] = [
  { name: "uri", type: MAYBE, doc: "The URI." },
  { name: "user", type: MAYBE, doc: "Its user part." },
  { name: "host", type: MAYBE, doc: "Its host." },
  { name: "tag", type: MAYBE, doc: "The tag." },
];

const VALUE: Parameter = { name: "value", type: "string", doc: "Value of the header", example: '"1"' };

/** Of both a request and a response. */
export const MESSAGE_MEMBERS: readonly Member[] = [
  { name: "method", type: "string", doc: "Method; of a response, the one in its CSeq." },
  { name: "sourceIp", type: "string", doc: "IP address that the message came from." },
  { name: "sourcePort", type: "number", doc: "Port that it came from." },
  { name: "callId", type: MAYBE, doc: "Call-ID." },
  { name: "userAgent", type: MAYBE, doc: "User-Agent." },
  { name: "body", type: MAYBE, doc: "Body." },
  { name: "from", type: "SipParty", doc: "From." },
  { name: "to", type: "SipParty", doc: "To." },
  { name: "header", type: MAYBE, doc: "Value of the first such header.", parameters: [HEADER_NAME] },
  { name: "headers", type: "string[]", doc: "Values of all such headers.", parameters: [HEADER_NAME] },
  {
    name: "appendHeader",
    type: "boolean",
    doc: "Adds a header behind the last one.",
    parameters: [HEADER_NAME, VALUE],
  },
  { name: "removeHeader", type: "boolean", doc: "As remove_hf().", parameters: [HEADER_NAME] },
  { name: "drop", type: "never", doc: "As drop().", parameters: [] },
];

export const REQUEST_MEMBERS: readonly Member[] = [
  { name: "uri", type: "string", doc: "The request-URI.", writable: true },
  {
    name: "destinationUri",
    type: MAYBE,
    doc: "The next hop; undefined: where the request-URI says.",
    writable: true,
  },
  { name: "hasToTag", type: "boolean", doc: "Whether To has a tag." },
  {
    name: "reply",
    type: "boolean",
    doc: "As sl_send_reply().",
    parameters: [
      { name: "code", type: "Integer", doc: "Status, 100 to 699", example: "404" },
      { name: "reason", type: "string", doc: "Reason phrase", example: '"Not Found"' },
    ],
  },
  {
    name: "forward",
    type: "boolean",
    doc: "As forward().",
    parameters: [
      { name: "uri", type: "string", optional: true, doc: "Next hop", example: '"203.0.113.9"' },
      { name: "port", type: "Integer", optional: true, doc: "Port of a host", example: "5070" },
    ],
  },
  { name: "recordRoute", type: "boolean", doc: "As record_route().", parameters: [] },
  { name: "looseRoute", type: "boolean", doc: "As loose_route().", parameters: [] },
];

export const RESPONSE_MEMBERS: readonly Member[] = [
  { name: "status", type: "number", doc: "Status code." },
  { name: "reason", type: "string", doc: "Reason phrase." },
];
