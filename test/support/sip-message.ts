/** Messages for tests, from what a row names of them. Lines end with CRLF; every header can be put otherwise. */

export interface RequestWords {
  readonly method?: string;
  readonly uri?: string;
  /** Values of the Via lines. */
  readonly via?: readonly string[];
  readonly maxForwards?: string | undefined;
  readonly from?: string;
  readonly to?: string;
  readonly callId?: string;
  readonly cseq?: string;
  /** Whole lines, without CRLF. */
  readonly extra?: readonly string[];
  readonly body?: string;
}

export const VIA = "SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKcaller";

export function requestText(words: RequestWords = {}): string {
  const { method = "INVITE", uri = "sip:100@203.0.113.9", via = [VIA], body = "" } = words;
  const maxForwards = "maxForwards" in words ? words.maxForwards : "70";
  return linesText(
    `${method} ${uri} SIP/2.0`,
    ...via.map((value) => `Via: ${value}`),
    ...(maxForwards === undefined ? [] : [`Max-Forwards: ${maxForwards}`]),
    `From: ${words.from ?? "<sip:alice@192.0.2.10>;tag=a1"}`,
    `To: ${words.to ?? "<sip:100@203.0.113.9>"}`,
    `Call-ID: ${words.callId ?? "call@192.0.2.10"}`,
    `CSeq: ${words.cseq ?? `1 ${method}`}`,
    ...(words.extra ?? []),
    `Content-Length: ${body.length}`,
    "",
    body,
  );
}

export interface ResponseWords {
  readonly status?: string;
  readonly via: readonly string[];
  readonly cseq?: string;
  readonly extra?: readonly string[];
  readonly body?: string;
}

export function responseText(words: ResponseWords): string {
  const { status = "200 OK", body = "" } = words;
  return linesText(
    `SIP/2.0 ${status}`,
    ...words.via.map((value) => `Via: ${value}`),
    "From: <sip:alice@192.0.2.10>;tag=a1",
    "To: <sip:100@203.0.113.9>;tag=b1",
    "Call-ID: call@192.0.2.10",
    `CSeq: ${words.cseq ?? "1 INVITE"}`,
    ...(words.extra ?? [`Content-Length: ${body.length}`]),
    "",
    body,
  );
}

/** The lines joined by CRLF; the last one as it is. */
export function linesText(...lines: readonly string[]): string {
  return lines.join("\r\n");
}

/** Header lines of that name (as written) of a message, without the name; folded ones as one. */
export function valuesOf(text: string, name: string): string[] {
  const head = text.split("\r\n\r\n")[0] ?? "";
  const lines = head.replace(/\r\n[ \t]+/g, " ").split("\r\n");
  const prefix = `${name.toLowerCase()}:`;
  return lines
    .filter((line) => line.toLowerCase().startsWith(prefix))
    .map((line) => line.slice(prefix.length).trim());
}
