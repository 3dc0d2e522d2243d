"""Seeds or downloads one torrent with libtorrent until it is ended: SOURCE DIRECTORY HOST:PORT."""
import sys
import time

import libtorrent as lt

source, directory, listen = sys.argv[1:4]
session = lt.session({
    "listen_interfaces": listen, "enable_dht": False, "enable_lsd": False, "enable_upnp": False,
    "enable_natpmp": False, "allow_multiple_connections_per_ip": True, "enable_incoming_utp": False,
    "enable_outgoing_utp": False, "min_reconnect_time": 1, "alert_mask": lt.alert.category_t.all_categories})
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
