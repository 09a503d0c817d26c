/**
 * Credentials do not belong in a log: what follows Authorization and Proxy-Authorization is masked, and so is a
 * digest's `response` wherever it stands. Every pattern takes time in proportion to the text.
 */

const MASK = "***";

/** Most texts have no secret; one cheap test spares them the patterns. */
const SUSPECT = /authorization|response\s*=/i;

const DIGEST_RESPONSE = /(\bresponse\s*=\s*(?:\\?")?)[0-9a-f]{16,}/gi;

/** A header line, with the lines that are folded onto it (RFC 3261 section 7.3.1). */
const HEADER_IN_TEXT = /((?:proxy-)?authorization[ \t]*:[ \t]*)[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*/gi;

/** Masks credentials in a piece of message text, or in any text that may hold some. */
export function withoutSecrets(text: string): string {
  if (!SUSPECT.test(text)) return text;
  return text.replace(HEADER_IN_TEXT, `$1${MASK}`).replace(DIGEST_RESPONSE, `$1${MASK}`);
}

const SECRET_KEY = /^(?:proxy-)?authorization$/i;

/** The same for lines of JSON, each with its line end: in every text, and every member of such a name. */
export function jsonWithoutSecrets(lines: string): string {
  if (!SUSPECT.test(lines)) return lines;
  return lines.split("\n").map(lineWithoutSecrets).join("\n");
}

function lineWithoutSecrets(line: string): string {
  if (!SUSPECT.test(line)) return line;
  try {
    return JSON.stringify(JSON.parse(line), (key, value) => {
      if (SECRET_KEY.test(key)) return MASK;
      return typeof value === "string" ? withoutSecrets(value) : value;
    });
  } catch {
    // No JSON: as text, which may mask more than it has to.
    return withoutSecrets(line);
  }
}
