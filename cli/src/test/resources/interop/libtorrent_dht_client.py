"""Seeds or downloads one torrent with libtorrent, finding peers by the DHT alone: SOURCE DIRECTORY HOST:PORT NODE:PORT."""
import sys
import time

import libtorrent as lt

source, directory, listen, node = sys.argv[1:5]
session = lt.session({
    "listen_interfaces": listen, "enable_dht": True, "dht_bootstrap_nodes": node, "enable_lsd": False,
    "enable_upnp": False, "enable_natpmp": False, "allow_multiple_connections_per_ip": True,
    "dht_restrict_routing_ips": False, "dht_restrict_search_ips": False, "dht_ignore_dark_internet": False,
    "dht_enforce_node_id": False, "min_reconnect_time": 1, "dht_announce_interval": 10,
    "alert_mask": lt.alert.category_t.all_categories})
params = lt.parse_magnet_uri(source) if source.startswith("magnet:") else lt.add_torrent_params()
if not source.startswith("magnet:"):
    params.ti = lt.torrent_info(source)
params.save_path = directory
torrent = session.add_torrent(params)
announced = time.monotonic()
while True:
    status = torrent.status()
    print(status.state, status.num_peers, session.status().dht_nodes, flush=True)
    if time.monotonic() - announced > 5:
        announced = time.monotonic()
        torrent.force_dht_announce()
    time.sleep(0.5)
