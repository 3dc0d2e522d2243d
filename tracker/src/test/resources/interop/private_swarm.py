"""Moves a file between two libtorrent sessions that know of each other only through a tracker: DIRECTORY URL SEEDER_URL.

The seeder announces to SEEDER_URL, the leecher to URL. With a passkey of zeros it soon gives up. Prints `complete` once every byte is there, and
`tracker error: …` for each refusal.
"""
import os
import sys
import time

import libtorrent as lt

directory, url, seeder_url = sys.argv[1:4]


def session():
    return lt.session({
        "listen_interfaces": "127.0.0.1:0", "enable_dht": False, "enable_lsd": False, "enable_upnp": False,
        "enable_natpmp": False, "allow_multiple_connections_per_ip": True, "enable_incoming_utp": False,
        "enable_outgoing_utp": False, "min_reconnect_time": 1, "announce_to_all_trackers": True,
        # a tracker on this machine may have other paths than /announce
        "ssrf_mitigation": False,
        "alert_mask": lt.alert.category_t.tracker_notification | lt.alert.category_t.error_notification})


def add(to, torrent, path, tracker):
    params = lt.add_torrent_params()
    params.ti = torrent
    params.save_path = path
    params.trackers = [tracker]
    return to.add_torrent(params)


def tell_errors(*sessions):
    for one in sessions:
        for alert in one.pop_alerts():
            if isinstance(alert, lt.tracker_error_alert):
                print("tracker error:", alert.message(), flush=True)


source, copy = os.path.join(directory, "source"), os.path.join(directory, "copy")
os.makedirs(source)
os.makedirs(copy)
with open(os.path.join(source, "data"), "wb") as out:
    out.write(os.urandom(4 << 20))
files = lt.file_storage()
lt.add_files(files, os.path.join(source, "data"))
creator = lt.create_torrent(files, 65536, flags=lt.create_torrent.v1_only)
creator.set_priv(True)
lt.set_piece_hashes(creator, source)
torrent = lt.torrent_info(lt.bencode(creator.generate()))

seeder, leecher = session(), session()
seeding = add(seeder, torrent, source, seeder_url)
while not seeding.status().is_seeding:
    time.sleep(0.05)
time.sleep(1)  # the seeder announces first
leeching = add(leecher, torrent, copy, url)
deadline = time.monotonic() + 60
while not leeching.status().is_seeding and time.monotonic() < deadline:
    tell_errors(seeder, leecher)
    if "0" * 32 in url and time.monotonic() > deadline - 54:
        break
    time.sleep(0.1)
if leeching.status().is_seeding:
    with open(os.path.join(source, "data"), "rb") as a, open(os.path.join(copy, "data"), "rb") as b:
        print("complete" if a.read() == b.read() else "different", flush=True)
# says goodbye to the tracker, with totals
for one, handle in ((seeder, seeding), (leecher, leeching)):
    handle.pause()
end = time.monotonic() + 3
while time.monotonic() < end:
    tell_errors(seeder, leecher)
    time.sleep(0.1)
