/** A request together with where it came from: what everything in proxy/ works on. */
import type { SipRequest } from "../sip/message.ts";
import type { LocalListener } from "./local-identity.ts";

export interface Exchange {
  readonly request: SipRequest;
  readonly receivedOn: LocalListener;
  /** IP address and port that the datagram came from. */
  readonly address: string;
  readonly port: number;
}

/** Puts a message on the wire, from that listener. */
export type Send = (from: LocalListener, text: string, address: string, port: number) => void;
