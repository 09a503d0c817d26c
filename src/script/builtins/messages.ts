/** Built-ins that look at a message and edit its headers: the modules textops, siputils and xlog. */
import { type BuiltIn, HEADER_NAME, kemi, type Parameter } from "./row.ts";

const HEADER_LINES: Parameter = {
  name: "header",
  type: "string",
  doc: 'Header lines, as "Name: value\\r\\n"; the last line end may be missing',
  example: '"X-Tag: 1"',
};

export const MESSAGES: readonly BuiltIn[] = [
  {
    name: "is_method",
    parameters: [
      {
        name: "methods",
        type: "string",
        doc: "A method, or several joined by a bar",
        example: '"INVITE|ACK"',
      },
    ],
    returns: "boolean",
    where: "any",
    doc: "Whether the method is one of these; of a response, the method in its CSeq.",
    crosses: false,
    kemi: [kemi("is_method", 1, "boolean")],
  },
  {
    name: "has_totag",
    parameters: [],
    returns: "boolean",
    where: "any",
    doc: "Whether To has a tag, which marks a message inside a call.",
    crosses: false,
    kemi: [kemi("siputils.has_totag", 0)],
  },
  {
    name: "is_myself",
    parameters: [
      {
        name: "uri",
        type: "string",
        doc: "A SIP URI, or a host with or without a port",
        example: '"sip:a@b"',
      },
    ],
    returns: "boolean",
    where: "any",
    doc: "Whether that means this proxy: an address that it listens on, or one of `aliases`.",
    crosses: true,
    kemi: [kemi("is_myself", 1, "boolean")],
  },
  {
    name: "is_present_hf",
    parameters: [HEADER_NAME],
    returns: "boolean",
    where: "any",
    doc: "Whether the message arrived with such a header.",
    crosses: true,
    kemi: [kemi("hdr.is_present", 1), kemi("textops.is_present_hf", 1)],
  },
  {
    name: "append_hf",
    parameters: [HEADER_LINES],
    returns: "boolean",
    where: "any",
    doc: "Adds header lines behind the last header.",
    crosses: false,
    kemi: [kemi("hdr.append", 1)],
  },
  {
    name: "insert_hf",
    parameters: [HEADER_LINES],
    returns: "boolean",
    where: "any",
    doc: "Adds header lines before the first header.",
    crosses: false,
    kemi: [kemi("hdr.insert", 1)],
  },
  {
    name: "remove_hf",
    parameters: [HEADER_NAME],
    returns: "boolean",
    where: "any",
    doc: "Removes all headers of that name that the message arrived with; false when there are none.",
    crosses: true,
    kemi: [kemi("hdr.remove", 1, "1"), kemi("textops.remove_hf", 1, "1")],
  },
  {
    name: "xlog",
    parameters: [
      {
        name: "level",
        type: "XlogLevel",
        optional: true,
        doc: "Left out, it is L_INFO, and the text is the only argument",
        example: '"L_ERR"',
      },
      {
        name: "text",
        type: "string",
        doc: "Text in which pseudo-variables are replaced by their values; $$ is a dollar",
        example: '"$rm from $si"',
      },
    ],
    returns: "boolean",
    where: "any",
    doc: "Writes a line to the log.",
    crosses: true,
    kemi: [kemi("xlog.xlog", 2)],
  },
];
