#!/usr/bin/python3
"""Kills `jackdaw download` at random moments, and counts what the seeder had to send again.

    docs/benchmarks/kills.py --jackdaw cli/target/jackdaw/bin/jackdaw --kills 100 --rates 2M,10M,50M,0

A libtorrent seeder (Debian's python3-libtorrent, hence /usr/bin/python3) serves one torrent over loopback. The
download is started, killed with SIGKILL a random while after its first byte, and started again, until the content is
complete; then it is compared with the original, and another download begins, until there were enough kills. What the
seeder has sent beyond the content's size, lost socket buffers included, is what the kills cost.

One line of JSON for each download, and one for each rate in the end. Exits with 1 if any content was wrong, a start
took longer than 3 s, or a rate's kills cost more than 1 MiB each.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import libtorrent as lt

MIB = 1 << 20


def size(text):
    units = {"K": 1 << 10, "M": MIB, "G": 1 << 30}
    return int(text[:-1]) * units[text[-1]] if text[-1] in units else int(text)


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--jackdaw", required=True, help="the launcher")
    p.add_argument("--kills", type=int, default=100, help="in all, an equal share for each rate")
    p.add_argument("--rates", default="2M,10M,50M,0", help="of the seeder, bytes/s; 0 is unlimited")
    p.add_argument("--size", type=size, default=size("256M"))
    p.add_argument("--piece-length", type=size, default=size("1M"))
    p.add_argument("--longest", type=float, default=2.0, help="longest life of a process after its first byte, s")
    p.add_argument("--seed", type=int, default=1, help="of the random moments")
    p.add_argument("--port", type=int, default=23461)
    return p.parse_args()


class Seeder:
    """libtorrent with one torrent; what it has sent of payload is what its sockets took."""

    def __init__(self, torrent, directory, port, rate):
        self.session = lt.session({
            "listen_interfaces": f"127.0.0.1:{port}", "alert_mask": 0,
            "enable_dht": False, "enable_lsd": False, "enable_upnp": False, "enable_natpmp": False,
            "allow_multiple_connections_per_ip": True, "enable_incoming_utp": False, "enable_outgoing_utp": False,
        })
        everyone = lt.ip_filter()
        everyone.add_rule("0.0.0.0", "255.255.255.255", 1 << int(lt.session.global_peer_class_id))
        self.session.set_peer_class_filter(everyone)  # libtorrent does not limit local peers otherwise
        params = lt.add_torrent_params()
        params.ti = lt.torrent_info(torrent)
        params.save_path = directory
        params.flags = (params.flags & ~lt.torrent_flags.paused & ~lt.torrent_flags.auto_managed) \
            | lt.torrent_flags.seed_mode
        if rate:
            params.upload_limit = rate
        self.handle = self.session.add_torrent(params)

    def sent(self):
        return self.handle.status().total_payload_upload


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(MIB):
            digest.update(chunk)
    return digest.hexdigest()


class Download:
    """One content, fetched by one process after another."""

    def __init__(self, a, torrent, seeder, port, directory):
        self.command = [a.jackdaw, "download", torrent, "--peer", f"127.0.0.1:{port}", "--bind", "127.0.0.1",
                        "--port", "0", "--dir", os.path.join(directory, "content"),
                        "--state", os.path.join(directory, "state"), "--no-dht", "--no-lsd", "--no-trackers"]
        self.seeder = seeder
        self.before = seeder.sent()
        self.kills = 0
        self.slowest_start = 0.0

    def run(self, life):
        """Runs until the process ends (True), or `life` seconds after the seeder has sent it something."""
        begun = time.monotonic()
        sent = self.seeder.sent()
        process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                   start_new_session=True)
        try:
            first_byte = None
            while process.poll() is None:
                now = time.monotonic()
                if first_byte is None and self.seeder.sent() > sent:
                    first_byte = now
                    self.slowest_start = max(self.slowest_start, now - begun)
                if first_byte is not None and now >= first_byte + life:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
                    self.kills += 1
                    print(f"killed {now - begun:.2f} s after its start, the seeder has sent "
                          f"{(self.seeder.sent() - self.before) / MIB:.1f} MiB", file=sys.stderr, flush=True)
                    return False
                if now - begun > 300:
                    raise RuntimeError("no end in 300 s")
                time.sleep(0.002)
            if process.returncode != 0:
                raise RuntimeError(process.stderr.read().decode())
            return True
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.stderr.close()
            process.wait()


def main():
    a = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that no download is left behind to ask the next seeder
    chance = random.Random(a.seed)
    rates = [size(rate) for rate in a.rates.split(",")]
    ok = True
    with tempfile.TemporaryDirectory(prefix="jackdaw-kills-") as base:
        original = os.path.join(base, "original.bin")
        with open(original, "wb") as file:
            for _ in range(a.size // MIB):
                file.write(chance.randbytes(MIB))
            file.write(chance.randbytes(a.size % MIB))
        torrent = os.path.join(base, "original.torrent")
        subprocess.run([a.jackdaw, "create", original, "-o", torrent, "--piece-length", str(a.piece_length)],
                       check=True, stdout=subprocess.DEVNULL)
        expected = sha256(original)
        for port, rate in enumerate(rates, a.port):  # the seeder before may not have given its port back yet
            wanted = a.kills // len(rates)
            total = {"rate": rate, "kills": 0, "again": 0, "slowest_start_s": 0.0, "wrong": 0, "downloads": 0}
            seeder = Seeder(torrent, base, port, rate)
            while total["kills"] < wanted:
                directory = tempfile.mkdtemp(dir=base)
                download = Download(a, torrent, seeder, port, directory)
                while not download.run(chance.uniform(0, a.longest) if total["kills"] + download.kills < wanted
                                       else 1e9):
                    pass
                time.sleep(0.3)  # the seeder's last word
                again = seeder.sent() - download.before - a.size
                right = sha256(os.path.join(directory, "content", "original.bin")) == expected
                print(json.dumps({"rate": rate, "kills": download.kills, "again": again,
                                  "slowest_start_s": round(download.slowest_start, 2), "right": right}), flush=True)
                total["downloads"] += 1
                total["kills"] += download.kills
                total["again"] += again
                total["wrong"] += not right
                total["slowest_start_s"] = round(max(total["slowest_start_s"], download.slowest_start), 2)
                shutil.rmtree(directory)
            del seeder
            total["again_mib_per_kill"] = round(total["again"] / max(1, total["kills"]) / MIB, 3)
            ok &= total["wrong"] == 0 and total["slowest_start_s"] <= 3 and total["again_mib_per_kill"] <= 1
            print(json.dumps({"total": total}), flush=True)
    sys.exit(0 if ok else 1)


if __name__ == "__main__":
    main()
