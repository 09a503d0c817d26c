/** Built-ins that decide over a request, or prepare how it leaves: core, and the modules sl, maxfwd and rr. */
import { type BuiltIn, kemi, URI } from "./row.ts";

export const DECISIONS: readonly BuiltIn[] = [
  {
    name: "forward",
    parameters: [
      {
        ...URI,
        optional: true,
        doc: "Next hop: a SIP URI, or a host. Nothing: the destination URI, else the request-URI",
        example: '"203.0.113.9"',
      },
      {
        name: "port",
        type: "Integer",
        optional: true,
        doc: "Port, where the first argument is a host",
        example: "5070",
      },
    ],
    returns: "boolean",
    where: "request",
    doc: "Decides: the request goes on. False when something else has decided before.",
    crosses: false,
    kemi: [kemi("forward", 0), kemi("forward_uri", 1)],
  },
  {
    name: "sl_send_reply",
    parameters: [
      { name: "code", type: "Integer", doc: "Status, 100 to 699; from 200 on it decides", example: "404" },
      { name: "reason", type: "string", doc: "Reason phrase", example: '"Not Found"' },
    ],
    returns: "boolean",
    where: "request",
    doc: "Answers the request, without keeping state of it. An ACK is never answered: false.",
    crosses: false,
    kemi: [kemi("sl.sl_send_reply", 2), kemi("sl.send_reply", 2)],
  },
  {
    name: "drop",
    parameters: [],
    returns: "never",
    where: "any",
    doc: "Decides, and ends the run: nothing is sent. In reply_route: the response does not go on.",
    crosses: false,
    kemi: [kemi("x.drop", 0, "never")],
  },
  {
    name: "exit",
    parameters: [],
    returns: "never",
    where: "any",
    doc: "Ends the run here, also from a nested function; what was decided before stands.",
    crosses: false,
    kemi: [kemi("x.exit", 0, "never")],
  },
  {
    name: "mf_process_maxfwd_header",
    parameters: [
      {
        name: "limit",
        type: "Integer",
        doc: "1 to 255: the Max-Forwards that a request without one gets",
        example: "70",
      },
    ],
    returns: "boolean",
    where: "request",
    doc: "Counts Max-Forwards down; false when it is 0 already, and the request must not go on.",
    crosses: false,
    kemi: [kemi("maxfwd.process_maxfwd", 1)],
  },
  {
    name: "record_route",
    parameters: [],
    returns: "boolean",
    where: "request",
    doc: "Adds Record-Route, so that later requests of the call come this way; false the second time.",
    crosses: false,
    kemi: [kemi("rr.record_route", 0)],
  },
  {
    name: "loose_route",
    parameters: [],
    returns: "boolean",
    where: "request",
    doc: "Follows the Route headers of a request inside a call; false when they do not name this proxy.",
    crosses: false,
    kemi: [kemi("rr.loose_route", 0)],
  },
];
