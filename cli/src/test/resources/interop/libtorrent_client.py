"""Seeds or downloads one torrent with libtorrent until it is ended: SOURCE DIRECTORY HOST:PORT USUAL|ENCRYPTED|UTP."""
import sys
import time

import libtorrent as lt

source, directory, listen, link = sys.argv[1:5]
utp = link == "UTP"
settings = {
    "listen_interfaces": listen, "enable_dht": False, "enable_lsd": False, "enable_upnp": False,
    "enable_natpmp": False, "allow_multiple_connections_per_ip": True, "enable_incoming_utp": utp,
    "enable_outgoing_utp": utp, "enable_incoming_tcp": not utp, "enable_outgoing_tcp": not utp,
    "min_reconnect_time": 1, "alert_mask": lt.alert.category_t.all_categories}
if link == "ENCRYPTED":  # nothing but RC4
    settings.update({"out_enc_policy": 0, "in_enc_policy": 0, "allowed_enc_level": 2, "prefer_rc4": True})
session = lt.session(settings)
if source.startswith("magnet:"):
    params = lt.parse_magnet_uri(source)
else:
    params = lt.add_torrent_params()
    params.ti = lt.torrent_info(source)
params.save_path = directory
torrent = session.add_torrent(params)
was = None
while True:
    state = str(torrent.status().state)
    if state != was:
        print(state, flush=True)
        was = state
    for alert in session.pop_alerts():
        print(alert, flush=True)
    time.sleep(0.1)
