// @ts-check
// The default route script: spreads calls over the destinations of set 1 in dispatcher.list.
//
// request_route() runs once for each SIP request that arrives. It decides; the proxy carries the decision out after
// the function has returned. The functions have the names and meanings that they have in a Kamailio config file,
// and answer true or false. Save this file and the next request is routed by what you wrote; if it has a mistake,
// the log says where, and the version before goes on serving. signalbox.d.ts declares everything that may be called.
/// <reference path="./signalbox.d.ts" />

// The set of dispatcher.list that gets the calls.
const SET = "1";

// How a destination is chosen for a new call. "0" is by the Call-ID, and that is more than taste: this proxy keeps no
// transactions, so it does not know where it sent a call before. A phone repeats its INVITE when the network loses
// one, and sends CANCEL when the caller hangs up early. Both carry the Call-ID of the first INVITE, and so the hash
// takes them to the destination that has the call, as long as the list and the health of its entries stay the same.
// With "4", in turn, the repeated INVITE would ring at the next Asterisk, and the CANCEL would find no call there.
// "4" is right only where neither happens: load generators, and a trunk that repeats and cancels nothing.
// An algorithm that counts calls ("10", or the plugin "power-of-two") has to be told when one ends, too: for those,
// call ds_load_update() at BYE, below in route_in_dialog().
const ALGORITHM = "0";

function request_route() {
  // A request that has passed too many proxies is most likely in a loop. Nobody answers an ACK.
  if (!mf_process_maxfwd_header("70")) {
    if (is_method("ACK")) drop();
    sl_send_reply("483", "Too Many Hops");
    return;
  }

  // A To tag marks a request inside a call that is up: ACK, BYE, a re-INVITE. Its Route header, which record_route()
  // below put there, says where it goes.
  if (has_totag()) {
    route_in_dialog();
    return;
  }

  // A phone that has this proxy as its outbound proxy names it in a Route header. A new call goes where we say.
  remove_hf("Route");

  // Somebody asks whether this proxy is alive: an OPTIONS for it, and for no user.
  if (is_method("OPTIONS") && is_myself(uri) && !pv.get("$rU")) {
    sl_send_reply("200", "OK");
    return;
  }

  // CANCEL ends a call that still rings. It has to go where its INVITE went; see ALGORITHM.
  if (is_method("CANCEL")) {
    if (ds_select_dst(SET, ALGORITHM)) forward();
    else sl_send_reply("481", "Call Does Not Exist");
    return;
  }

  // This script routes calls only. REGISTER, MESSAGE and the like are for you to add.
  if (!is_method("INVITE")) {
    if (is_method("ACK")) drop();
    sl_send_reply("501", "Not Implemented");
    return;
  }

  route_new_call();
}

function route_new_call() {
  // Stay in the path of what follows in this call.
  record_route();

  if (!ds_select_dst(SET, ALGORITHM)) {
    sl_send_reply("503", "No Destination");
    return;
  }

  // Stops the phone from repeating the INVITE while the destination thinks.
  sl_send_reply("100", "Trying");
  forward();
}

function route_in_dialog() {
  if (loose_route()) {
    forward();
    return;
  }

  // The ACK for a call that was refused (486, say) has a To tag, but no Route: it follows its INVITE.
  if (is_method("ACK")) {
    if (ds_select_dst(SET, ALGORITHM)) forward();
    else drop();
    return;
  }

  sl_send_reply("404", "Not Here");
}
