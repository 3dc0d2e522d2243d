#!/usr/bin/python3
"""Takes the disk, or files, away from one of two torrents, gives them back, and looks whether both come through.

    unshare -m docs/benchmarks/disk_faults.py --jackdaw cli/target/jackdaw/bin/jackdaw      (as root)

One `jackdaw download` fetches torrents A and B from libtorrent (Debian's python3-libtorrent, hence /usr/bin/python3);
A's directory is a mount of its own, in this mount namespace. For each fault: A must fail with a reason that names the
path, B must go on, and A must go on by itself within 30 s after the mending; every byte of both is compared in the end.
I/O errors are made by a preloaded library (compiled with gcc): pwrite, or pread, fails with EIO below A's directory
while a file is there. With too few descriptors nothing has to fail, but both must come through.

Then `jackdaw download A` alone, on a full disk: it must tell the reason once, wait, and complete; and be ended by
SIGINT with 130 while it waits.

Then the seed: a `jackdaw seed` of both serves libtorrent, and A's file is deleted, truncated, replaced or overwritten
under it, or cannot be read. It must say so, go on with B, never send what is wrong for longer than the second between
two looks at a file, and go on by itself when the file is as it was. Prints one line for each fault, exits with 1 if
one went wrong.
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


def sh(*command):
    subprocess.run(command, check=True)


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() if hasattr(hashlib, "file_digest") \
            else hashlib.sha256(file.read()).hexdigest()


FAILING_WRITES = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>
static int fails(int fd) {
    char link[64], path[4096];
    const char *flag = getenv("FAULT_FLAG"), *below = getenv("FAULT_BELOW");
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    return flag && below && n > 0 && !strncmp(path, below, strlen(below)) && !access(flag, F_OK);
}
#define FAILING(name, buffer, size, offset) \\
    ssize_t name(int fd, buffer b, size n, offset o) { \\
        static ssize_t (*real)(int, buffer, size, offset); \\
        if (!real) real = dlsym(RTLD_NEXT, #name); \\
        if (fails(fd)) { errno = EIO; return -1; } \\
        return real(fd, b, n, o); \\
    }
FAILING(pread, void *, size_t, off_t)
FAILING(pread64, void *, size_t, off64_t)
FAILING(preadv, const struct iovec *, int, off_t)
FAILING(preadv64, const struct iovec *, int, off64_t)
FAILING(pwrite, const void *, size_t, off_t)
FAILING(pwrite64, const void *, size_t, off64_t)
FAILING(pwritev, const struct iovec *, int, off_t)
FAILING(pwritev64, const struct iovec *, int, off64_t)
"""


class World:
    def __init__(self, a):
        self.jackdaw = a.jackdaw
        self.port = a.port
        self.base = tempfile.mkdtemp(prefix="jackdaw-faults-")
        self.torrents = []
        self.session = lt.session({
            "listen_interfaces": f"127.0.0.1:{a.port}", "alert_mask": 0, "enable_dht": False, "enable_lsd": False,
            "enable_upnp": False, "enable_natpmp": False, "allow_multiple_connections_per_ip": True,
            "enable_incoming_utp": False, "enable_outgoing_utp": False})
        everyone = lt.ip_filter()
        everyone.add_rule("0.0.0.0", "255.255.255.255", 1 << int(lt.session.global_peer_class_id))
        self.session.set_peer_class_filter(everyone)
        self.leech_session = lt.session({
            "listen_interfaces": f"127.0.0.1:{a.port + 2}", "alert_mask": 0, "enable_dht": False, "enable_lsd": False,
            "enable_upnp": False, "enable_natpmp": False, "enable_incoming_utp": False, "enable_outgoing_utp": False})
        self.leech_session.set_peer_class_filter(everyone)
        for name, megabytes, rate in (("A", 24, 3 * MIB), ("B", 30, MIB)):
            path = os.path.join(self.base, "original", name)
            os.makedirs(path)
            with open(os.path.join(path, "data"), "wb") as file:
                file.write(random.Random(name).randbytes(megabytes * MIB))
            torrent = os.path.join(self.base, name + ".torrent")
            subprocess.run([a.jackdaw, "create", path, "-o", torrent], check=True, stdout=subprocess.DEVNULL)
            params = lt.add_torrent_params()
            params.ti = lt.torrent_info(torrent)
            params.save_path = os.path.join(self.base, "original")
            params.flags = (params.flags & ~lt.torrent_flags.paused & ~lt.torrent_flags.auto_managed) \
                | lt.torrent_flags.seed_mode
            params.upload_limit = rate
            self.session.add_torrent(params)
            self.torrents.append(torrent)

    def run(self, title, prepare, mend, undo, during=None, must_fail=True):
        """All get A's directory; prepare may return a shell command that comes first, and `during` breaks what has
        begun to work."""
        directory = tempfile.mkdtemp(dir=self.base)
        mount = os.path.join(directory, "A")
        os.makedirs(mount)
        limit = prepare(mount) or ""
        log = open(os.path.join(directory, "log"), "w+b")
        process = subprocess.Popen(
            ["sh", "-c", limit + ' exec "$@"', "sh", self.jackdaw, "download", *self.torrents, "--dir", directory,
             "--peer", f"127.0.0.1:{self.port}", "--bind", "127.0.0.1", "--port", "0", "--state", directory + "/state",
             "--no-dht", "--no-lsd", "--no-trackers", "--json"], stdout=log, stderr=subprocess.STDOUT)
        problems = []
        try:
            if during:
                data = os.path.join(mount, "data")
                self.wait(20, lambda: os.path.exists(data) and os.stat(data).st_blocks * 512 > 4 * MIB)
                during(mount)
            reasons = lambda: [line for line in self.text(log).decode("utf-8", "replace").splitlines()
                               if mount in line and '"failed"' in line]
            failed_after = self.wait(40 if must_fail else 1, reasons)
            if failed_after is None and must_fail:
                problems.append(f"A never failed with a reason that names its path: {self.text(log)[-200:]}")
            reason = (reasons() or ["none"])[0]
            b = os.path.join(directory, "B", "data")
            if process.poll() is not None:
                problems.append(f"the process has ended with {process.returncode}")
            mend(mount)
            a = os.path.join(mount, "data")
            original = digest(os.path.join(self.base, "original", "A", "data"))
            mended_after = self.wait(45, lambda: os.path.exists(a) and os.path.getsize(a) == 24 * MIB
                                     and digest(a) == original)
            if mended_after is None or mended_after > 30:
                problems.append(f"A was complete {mended_after} s after mending")
            process.wait(120)
            if digest(b) != digest(os.path.join(self.base, "original", "B", "data")):
                problems.append("B is not right")
            print(json.dumps({"fault": title, "failed_after_s": failed_after, "complete_after_mending_s": mended_after,
                              "reason": reason[-160:], "problems": problems}), flush=True)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
            undo(mount)
        return not problems

    def command(self, what, torrents, directory, *more):
        return [self.jackdaw, what, *torrents, "--dir", directory, "--bind", "127.0.0.1", "--state",
                directory + "-state", "--no-dht", "--no-lsd", "--no-trackers", "--json", *more]

    def alone(self):
        """A full disk under the only torrent of a process."""
        problems = []
        directory = tempfile.mkdtemp(dir=self.base)
        sh("mount", "-t", "tmpfs", "-o", "size=8M", "none", directory)
        try:
            for mends in (False, True):
                log = open(directory + f"-log-{mends}", "w+b")
                process = subprocess.Popen(
                    self.command("download", self.torrents[:1], directory, "--peer", f"127.0.0.1:{self.port}", "--port",
                                 "0"), stdout=log, stderr=subprocess.STDOUT)
                try:
                    failed = lambda: self.text(log).count(b'"event":"failed"')
                    if self.wait(30, failed) is None:
                        problems.append("it never said that it failed")
                    if mends:
                        sh("mount", "-o", "remount,size=64M", directory)
                    else:
                        time.sleep(21)  # two more attempts
                        if process.poll() is None:
                            process.send_signal(signal.SIGINT)
                    after = time.monotonic()
                    code = process.wait(60)
                    if code != (0 if mends else 130) or failed() != 1:
                        problems.append(f"exit {code}, told {failed()} times, mended: {mends}")
                finally:
                    if process.poll() is None:
                        process.kill()
                        process.wait()
            path = os.path.join(directory, "A", "data")
            if digest(path) != digest(os.path.join(self.base, "original", "A", "data")):
                problems.append("A is not right")
            print(json.dumps({"fault": "full disk, A alone", "complete_after_mending_s": round(time.monotonic() - after, 1),
                              "problems": problems}), flush=True)
        finally:
            sh("umount", "-l", directory)
        return not problems

    def seed(self, title, harm, mend, limit="", most_wrong=0):
        """A's file is harmed under a seed that serves libtorrent; `most_wrong` bytes may be wrong."""
        problems = []
        directory = tempfile.mkdtemp(dir=self.base)
        for name in "AB":
            shutil.copytree(os.path.join(self.base, "original", name), os.path.join(directory, name))
        data = os.path.join(directory, "A", "data")
        port = self.port + 1
        leech = os.path.join(self.base, "leech-" + title.replace(" ", "-"))
        os.makedirs(leech)
        log = open(directory + "-log", "w+b")
        for warm in (True, False):  # the second process finds a record
            process = subprocess.Popen(
                ["sh", "-c", limit.replace("@", data) + ' exec "$@"', "sh",
                 *self.command("seed", self.torrents, directory, "--port", str(port), "--max-up", "6M")],
                stdout=log, stderr=subprocess.STDOUT)
            if self.wait(20, lambda: self.text(log).count(b'"event":"complete"') >= (2 if warm else 4)) is None:
                problems.append("it does not seed: " + self.text(log)[-300:].decode())
            if warm:
                process.send_signal(signal.SIGINT)
                process.wait(20)
        try:
            handles = []
            for torrent, rate in zip(self.torrents, (3 * MIB, 2 * MIB)):
                params = lt.add_torrent_params()
                params.ti = lt.torrent_info(torrent)
                params.save_path = leech
                params.flags &= ~lt.torrent_flags.paused & ~lt.torrent_flags.auto_managed
                params.download_limit = rate
                handles.append(self.leech_session.add_torrent(params))
                handles[-1].connect_peer(("127.0.0.1", port))
            a, b = handles
            if self.wait(30, lambda: a.status().total_done > 6 * MIB) is None:
                problems.append("A does not begin")
            harm(data)
            failed = lambda: [line for line in self.text(log).decode("utf-8", "replace").splitlines()
                              if data in line and '"failed"' in line]
            failed_after = self.wait(15, failed)
            if failed_after is None:
                problems.append("it never said what is wrong: " + self.text(log)[-300:].decode())
            if process.poll() is not None:
                problems.append(f"the process has ended with {process.returncode}")
            done = b.status().total_done
            if self.wait(5, lambda: b.status().total_done > done or b.status().is_seeding) is None:
                problems.append("B stands still")
            mend(data)
            begun = time.monotonic()
            reconnect = lambda: (a.connect_peer(("127.0.0.1", port)), a.status().is_seeding)[1]
            done = a.status().total_done
            goes_on = self.wait(45, lambda: reconnect() or a.status().total_done > done)
            if goes_on is None or goes_on > 30:
                problems.append(f"A went on {goes_on} s after mending")
            if self.wait(60, lambda: reconnect() and b.status().is_seeding) is None:
                problems.append(f"not complete: {a.status().progress}, {b.status().progress}")
            wrong = a.status().total_failed_bytes + b.status().total_failed_bytes
            if wrong > most_wrong:
                problems.append(f"{wrong} bytes were wrong")
            print(json.dumps({"fault": title, "said_after_s": failed_after, "goes_on_after_mending_s": goes_on,
                              "wrong_bytes": wrong, "reason": (failed() or ["none"])[0][-160:], "problems": problems}),
                  flush=True)
            for handle in handles:
                self.leech_session.remove_torrent(handle)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
        return not problems

    @staticmethod
    def text(log):
        with open(log.name, "rb") as file:
            return file.read()

    @staticmethod
    def wait(seconds, condition):
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            if condition():
                return round(time.monotonic() - begun, 1)
            time.sleep(0.1)
        return None


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--jackdaw", required=True)
    p.add_argument("--port", type=int, default=23471)
    p.add_argument("--only", default="", help="faults whose title has this")
    a = p.parse_args()
    # else a shell's background job would hand on to jackdaw that SIGINT is ignored
    signal.signal(signal.SIGINT, signal.default_int_handler)
    world = World(a)
    results = []

    def run(title, *rest, **options):
        if a.only in title:
            results.append(world.run(title, *rest, **options))

    unmount = lambda mount: sh("umount", "-l", mount)
    run("full disk",
        lambda mount: sh("mount", "-t", "tmpfs", "-o", "size=8M", "none", mount),
        lambda mount: sh("mount", "-o", "remount,size=64M", mount), unmount)

    run("read-only",
        lambda mount: sh("mount", "-t", "tmpfs", "-o", "size=64M,ro", "none", mount),
        lambda mount: sh("mount", "-o", "remount,rw", mount), unmount)

    def obstacle(mount):
        os.makedirs(mount + "/data")

    run("a directory in place of the file", obstacle, lambda mount: os.rmdir(mount + "/data"), lambda mount: None)

    def mounted(mount):
        os.makedirs(mount + ".disk", exist_ok=True)
        sh("mount", "--bind", mount + ".disk", mount)

    run("unmounted", mounted, mounted, unmount, during=unmount)

    library = world.base + "/failing.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-x", "c", "-", "-o", library, "-ldl"], input=FAILING_WRITES.encode(),
                   check=True)
    run("I/O errors",
        lambda mount: f"export LD_PRELOAD={library} FAULT_FLAG={mount}.broken FAULT_BELOW={mount};",
        lambda mount: os.unlink(mount + ".broken"), lambda mount: None,
        during=lambda mount: open(mount + ".broken", "w").close())

    run("64 descriptors", lambda mount: "ulimit -n 64;", lambda mount: None, lambda mount: None, must_fail=False)
    if a.only in "full disk, A alone":
        results.append(world.alone())

    original = os.path.join(world.base, "original", "A", "data")
    broken = bytes(24 * MIB)

    def restore(data):
        shutil.copyfile(original, data + ".copy")
        os.replace(data + ".copy", data)

    def write(data, content):
        with open(data, "r+b") as file:
            file.write(content)

    def replace(data):
        with open(data + ".other", "wb") as file:
            file.write(broken)
        os.replace(data + ".other", data)

    def seed(title, *rest, **options):
        if a.only in title:
            results.append(world.seed(title, *rest, **options))

    seed("seed: deleted", os.unlink, restore)
    seed("seed: moved away and back", lambda data: os.rename(data, data + ".away"),
         lambda data: os.rename(data + ".away", data))
    seed("seed: truncated", lambda data: os.truncate(data, MIB), restore)
    seed("seed: replaced by another of its size", replace, restore)
    seed("seed: overwritten", lambda data: write(data, broken), restore, most_wrong=6 * MIB)
    seed("seed: cannot be read (EIO)", lambda data: open(data + ".broken", "w").close(),
         lambda data: os.unlink(data + ".broken"), f"export LD_PRELOAD={library} FAULT_FLAG=@.broken FAULT_BELOW=@;")
    shutil.rmtree(world.base)
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
