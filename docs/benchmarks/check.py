#!/usr/bin/python3
"""How quickly content that is there is checked: `jackdaw verify` beside libtorrent, interleaved.

    docs/benchmarks/check.py --jackdaw cli/target/jackdaw/bin/jackdaw [--size-mib 1024] [--runs 3] [--dir DIR]

The content is one file of random bytes in pieces of 1 MiB, read once before each run, so that it is in the page cache.
Two clocks: "process" from the start of the program to its verdict, Python's or the JVM's start included, with its CPU
time; and "check" for libtorrent alone from adding the torrent to its verdict. Needs Debian's python3-libtorrent.
"""

import argparse
import hashlib
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

PIECE = 1 << 20

LIBTORRENT = """
import sys, time
import libtorrent as lt
session = lt.session({"listen_interfaces": "", "enable_dht": False, "enable_lsd": False, "enable_upnp": False,
                      "enable_natpmp": False, "aio_threads": 2, "hashing_threads": 2,
                      "alert_mask": int(lt.alert.category_t.status_notification)})
params = lt.add_torrent_params()
params.ti = lt.torrent_info(sys.argv[1])
params.save_path = sys.argv[2]
params.flags &= ~lt.torrent_flags.paused & ~lt.torrent_flags.auto_managed
begun = time.monotonic()
handle = session.add_torrent(params)
while True:
    session.wait_for_alert(100)
    if any(isinstance(alert, lt.torrent_checked_alert) for alert in session.pop_alerts()):
        break
print(time.monotonic() - begun if handle.status().is_seeding else "incomplete", flush=True)
import os
os._exit(0)
"""


def bencode(value):
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, str):
        value = value.encode()
    if isinstance(value, bytes):
        return b"%d:%s" % (len(value), value)
    return b"d" + b"".join(bencode(key) + bencode(value[key]) for key in sorted(value)) + b"e"


def make(folder, mib):
    hashes = []
    with open(os.path.join(folder, "content.bin"), "wb") as out:
        for _ in range(mib):
            piece = os.urandom(PIECE)
            out.write(piece)
            hashes.append(hashlib.sha1(piece).digest())
        out.flush()
        os.fsync(out.fileno())
    torrent = os.path.join(folder, "content.torrent")
    with open(torrent, "wb") as out:
        out.write(bencode({"info": {"name": "content.bin", "length": mib * PIECE, "piece length": PIECE,
                                    "pieces": b"".join(hashes)}}))
    return torrent


def read(path):
    with open(path, "rb", buffering=0) as file:
        while file.read(1 << 20):
            pass


def run(argv, env):
    """Wall seconds, CPU seconds, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    done = subprocess.run(argv, env=env, capture_output=True, text=True, check=True)
    wall = time.monotonic() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jackdaw", required=True, help="the launcher")
    parser.add_argument("--size-mib", type=int, default=1024)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--dir", help="where to put the content (default: a temporary directory)")
    args = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="jackdaw-check-", dir=args.dir)
    rows = {}
    try:
        torrent = make(folder, args.size_mib)
        env = dict(os.environ, HOME=folder)
        for _ in range(args.runs):
            for name, argv in (
                    ("libtorrent", [sys.executable, "-c", LIBTORRENT, torrent, folder]),
                    ("jackdaw", [os.path.abspath(args.jackdaw), "verify", torrent, "--dir", folder])):
                read(os.path.join(folder, "content.bin"))
                time.sleep(0.5)
                wall, cpu, said = run(argv, env)
                rows.setdefault(name, []).append((wall, cpu, float(said) if name == "libtorrent" else None))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    size = args.size_mib * PIECE
    for name, runs in rows.items():
        wall, cpu = (statistics.median(run[i] for run in runs) for i in (0, 1))
        line = f"{name}: process {size / wall / 1e6:.0f} MB/s ({wall:.2f} s), {cpu * (1 << 30) / size:.2f} CPU-s/GiB"
        if name == "libtorrent":
            check = statistics.median(run[2] for run in runs)
            line += f"; check {size / check / 1e6:.0f} MB/s"
        print(line)


if __name__ == "__main__":
    main()
