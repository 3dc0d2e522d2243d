"""Puts or gets an item of BEP 44 with libtorrent: LISTEN NODE put TEXT | get TARGET | sign KEYFILE SALT TEXT | newest KEY SALT.

Prints a line that begins with "done": of a put how many nodes took it, of a get the value. KEYFILE is a line of hexadecimal digits: seed
and public key (RFC 8032), of which libtorrent wants the seed expanded.
"""
import hashlib
import sys
import time

import libtorrent as lt

listen, node, verb, *arguments = sys.argv[1:]
session = lt.session({
    "listen_interfaces": listen, "enable_dht": True, "dht_bootstrap_nodes": node, "enable_lsd": False, "enable_upnp": False,
    "enable_natpmp": False, "dht_restrict_routing_ips": False, "dht_restrict_search_ips": False, "dht_ignore_dark_internet": False,
    "dht_enforce_node_id": False, "alert_mask": lt.alert.category_t.all_categories})


def ask():
    if verb == "put":
        print("target", session.dht_put_immutable_item(arguments[0]), flush=True)
    elif verb == "get":
        session.dht_get_immutable_item(lt.sha1_hash(bytes.fromhex(arguments[0])))
    elif verb == "newest":
        session.dht_get_mutable_item(bytes.fromhex(arguments[0]), arguments[1].encode())
    else:
        key = bytes.fromhex(open(arguments[0], encoding="ascii").read().strip())
        secret = bytearray(hashlib.sha512(key[:32]).digest())
        secret[0] &= 248
        secret[31] = secret[31] & 63 | 64
        session.dht_put_mutable_item(bytes(secret), key[32:], arguments[2].encode(), arguments[1].encode())


def found(alert):
    if isinstance(alert, lt.dht_put_alert) and verb in ("put", "sign") and alert.num_success > 0:
        return alert.num_success
    if isinstance(alert, lt.dht_immutable_item_alert) and verb == "get":
        return alert.item
    if isinstance(alert, lt.dht_mutable_item_alert) and verb == "newest":
        try:
            return alert.item
        except RuntimeError:  # the binding gives strings only
            return f"no string, number {alert.seq}"
    return None


asked = 0.0
while True:
    if time.monotonic() - asked > 5 and session.status().dht_nodes >= 3:
        asked = time.monotonic()
        ask()
    for each in session.pop_alerts():
        value = found(each)
        if value is not None and value != b"":
            print("done", value, flush=True)
            sys.exit(0)
    time.sleep(0.1)
