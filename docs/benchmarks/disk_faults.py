#!/usr/bin/python3
"""Takes the disk away from one of two torrents, gives it back, and looks whether both come through.

    unshare -m docs/benchmarks/disk_faults.py --jackdaw cli/target/jackdaw/bin/jackdaw      (as root)

One `jackdaw download` fetches torrents A and B from libtorrent (Debian's python3-libtorrent, hence /usr/bin/python3);
A's directory is a mount of its own, in this mount namespace. For each fault: A must fail with a reason that names the
path, B must go on, and A must go on by itself within 30 s after the mending; every byte of both is compared in the end.
I/O errors are made by a preloaded library (compiled with gcc): pwrite fails with EIO below A's directory while a file
is there. With too few descriptors nothing has to fail, but both must come through. Prints one line for each fault,
exits with 1 if one went wrong.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
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
    shutil.rmtree(world.base)
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
