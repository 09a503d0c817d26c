// The route of the comparison with Kamailio: in-dialog requests follow their Route, an INVITE takes the next destination.
// cfg/stateless-native.cfg and stateless-jsdt.js say the same; keep the three alike, call for call.
// biome-ignore lint/correctness/noUnusedVariables: the proxy calls it by name.
function request_route() {
  if (has_totag()) {
    if (loose_route()) {
      forward();
      return;
    }
    sl_send_reply("404", "Not here");
    return;
  }
  if (is_method("INVITE")) {
    record_route();
    if (!ds_select_dst("1", "4")) {
      sl_send_reply("503", "No destination");
      return;
    }
    sl_send_reply("100", "Trying");
    forward();
    return;
  }
  sl_send_reply("405", "Method Not Allowed");
}
