// The route of stateless.js in KEMI's names, for Kamailio's app_jsdt (ES5).
// Numbers, not booleans, come back from most KSR functions: -1 is "no", so each is compared.
// biome-ignore lint/correctness/noUnusedVariables: app_jsdt calls it by name.
function ksr_request_route() {
  if (KSR.siputils.has_totag() > 0) {
    if (KSR.rr.loose_route() > 0) {
      KSR.forward();
      return;
    }
    KSR.sl.sl_send_reply(404, "Not here");
    return;
  }
  if (KSR.is_INVITE()) {
    KSR.rr.record_route();
    if (KSR.dispatcher.ds_select_dst(1, 4) < 0) {
      KSR.sl.sl_send_reply(503, "No destination");
      return;
    }
    KSR.sl.sl_send_reply(100, "Trying");
    KSR.forward();
    return;
  }
  KSR.sl.sl_send_reply(405, "Method Not Allowed");
}
