/** What a script gets to see of a message: the message itself, and what the transport and proxy/ know of it. */
import type { SipRequest, SipResponse } from "../sip/message.ts";

interface View {
  readonly sourceIp: string;
  readonly sourcePort: number;
  /** Address and port that it arrived at. */
  readonly receivedIp: string;
  readonly receivedPort: number;
  readonly protocol: string;
}

export interface RequestView extends View {
  readonly message: SipRequest;
  /** What `loose_route()` is to answer (RFC 3261 16.4). */
  readonly route: {
    readonly code: number;
    readonly requestUri: string | undefined;
    readonly destinationUri: string | undefined;
  };
}

export interface ResponseView extends View {
  readonly message: SipResponse;
  readonly route?: undefined;
}

export type MessageView = RequestView | ResponseView;

/** Messages hold a character per byte; scripts get text. Bytes that are not UTF-8 become U+FFFD. */
export function toScript(text: string): string {
  return /[\x80-\xff]/.test(text) ? Buffer.from(text, "latin1").toString("utf8") : text;
}

/** And back: a character per byte of the UTF-8. */
export function fromScript(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what it must tell
  return /[^\x00-\x7f]/.test(text) ? Buffer.from(text, "utf8").toString("latin1") : text;
}
