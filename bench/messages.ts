/** The messages that are measured: of the size and the headers that phones and Asterisk send. */

export const OWN_HOST = "198.51.100.1";
export const CALLER_HOST = "192.0.2.10";
export const PORT = 5060;

const CALLER_VIA = `Via: SIP/2.0/UDP ${CALLER_HOST}:${PORT};branch=z9hG4bK-524287-1---caller;rport\r\n`;
const FROM = `From: "Alice" <sip:alice@example.com>;tag=9fxced76sl\r\n`;
const CALL_ID = "Call-ID: 3848276298220188511@alice.example.com\r\n";
const SDP =
  `v=0\r\no=alice 2890844526 2890844526 IN IP4 ${CALLER_HOST}\r\ns=-\r\nc=IN IP4 ${CALLER_HOST}\r\nt=0 0\r\n` +
  "m=audio 49172 RTP/AVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n" +
  "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=sendrecv\r\n";

export const INVITE =
  `INVITE sip:100@${OWN_HOST} SIP/2.0\r\n${CALLER_VIA}Max-Forwards: 70\r\n${FROM}To: <sip:100@${OWN_HOST}>\r\n` +
  `${CALL_ID}CSeq: 1 INVITE\r\nContact: <sip:alice@${CALLER_HOST}:${PORT}>\r\nUser-Agent: Benchmark\r\n` +
  "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS\r\nSupported: replaces, timer\r\nContent-Type: application/sdp\r\n" +
  `Content-Length: ${SDP.length}\r\n\r\n${SDP}`;

export const BYE =
  `BYE sip:100@203.0.113.1:5070 SIP/2.0\r\n${CALLER_VIA}Route: <sip:${OWN_HOST}:${PORT};lr>\r\nMax-Forwards: 70\r\n` +
  `${FROM}To: <sip:100@${OWN_HOST}>;tag=callee\r\n${CALL_ID}CSeq: 2 BYE\r\nContent-Length: 0\r\n\r\n`;

/** The 200 to the INVITE. `ownVia`: the whole Via line that the proxy put on top of the request. */
export function ok(ownVia: string): string {
  return (
    `SIP/2.0 200 OK\r\n${ownVia}${CALLER_VIA.replace("rport", `rport=${PORT};received=${CALLER_HOST}`)}` +
    `Record-Route: <sip:${OWN_HOST}:${PORT};lr>\r\n${FROM}To: <sip:100@${OWN_HOST}>;tag=callee\r\n${CALL_ID}` +
    "CSeq: 1 INVITE\r\nContact: <sip:100@203.0.113.1:5070>\r\nServer: Benchmark\r\nContent-Type: application/sdp\r\n" +
    `Content-Length: ${SDP.length}\r\n\r\n${SDP}`
  );
}

export const OK = ok(`Via: SIP/2.0/UDP ${OWN_HOST}:${PORT};branch=z9hG4bKexample.0\r\n`);
