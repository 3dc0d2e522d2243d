#!/usr/bin/python3
"""Gives the packaged command torrent files and magnet links that strangers could make.

    docs/benchmarks/files.py --jackdaw cli/target/jackdaw/bin/jackdaw [--keep DIR]

Each case goes through `jackdaw show` and `jackdaw download`. It must be accepted by both or refused by both, refused
within 3 s with one line of printable text, stay within 512 MB of resident memory, and touch nothing outside the
download directory. Prints one line for each case that does not, and a summary; exits with 1 if there was one.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time


def bencode(value):
    if isinstance(value, bool):
        raise TypeError(value)
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, str):
        value = value.encode()
    if isinstance(value, bytes):
        return b"%d:%s" % (len(value), value)
    if isinstance(value, list):
        return b"l" + b"".join(map(bencode, value)) + b"e"
    if isinstance(value, dict):
        items = sorted((k.encode() if isinstance(k, str) else k, v) for k, v in value.items())
        return b"d" + b"".join(bencode(k) + bencode(v) for k, v in items) + b"e"
    return value.raw


class Raw:
    def __init__(self, raw):
        self.raw = raw


def info(**changes):
    base = {"name": "n", "piece length": 16384, "pieces": b"x" * 20, "length": 3}
    base.update({k.replace("_", " "): v for k, v in changes.items()})
    return {k: v for k, v in base.items() if v is not None}


def torrent(changed=None, around=None, **changes):
    root = {"info": changed if changed is not None else info(**changes)}
    root.update(around or {})
    return bencode(root)


def files(*entries, **changes):
    total = sum(e.get("length", 0) for e in entries if isinstance(e, dict) and isinstance(e.get("length"), int))
    pieces = max(1, -(-total // 16384)) if 0 <= total < 1 << 24 else 1
    return torrent(info(length=None, files=list(entries), pieces=b"x" * 20 * pieces, **changes))


def entry(path, length=3, **more):
    return dict({"length": length, "path": path if isinstance(path, list) else path.split("/")}, **more)


def cases():
    # paths
    for name in ("../../escape", "/abs", "..", ".", "", "a/b", "a\\b", "c:\\x", "\\\\h\\s", "CON", "nul.txt", "a\0b",
                 "a\x1b[2Jb", "a\nb", "\u202egpj", "\u2066x", "x" * 300, "x" * 100_000, "a.", " ", "\ufeff", "~root",
                 "-rf", "$(id)", "a`id`", "%2e%2e", "\u0085"):
        yield f"name {name[:20]!r}", torrent(name=name)
    yield "name in latin-1", torrent(name=b"caf\xe9")
    yield "overlong slash", torrent(name=b"a\xc0\xafb")
    yield "surrogates", torrent(name=b"\xed\xa0\x80")
    for path in ("../../../x", "a/../../x", "/etc/x", "a//b", "./x", "a/./b", "..\\..\\x", "C:/x", "aux/x", "a/.../b"):
        yield f"path {path!r}", files(entry(path))
    yield "same path twice", files(entry("a"), entry("a"))
    yield "case twice", files(entry("A"), entry("a"))
    yield "normal forms", files(entry("\u00e9"), entry("e\u0301"))
    yield "file and directory", files(entry("a"), entry("a/b"))
    yield "empty path", files(entry([]))
    yield "path of empty names", files(entry(["", ""]))
    yield "path of numbers", files(entry([1]))
    yield "path is text", files({"length": 3, "path": "a"})
    yield "64 levels", files(entry(["d"] * 63))
    yield "2000 levels", files(entry(["d"] * 2000))
    yield "long path", files(entry(["w" * 250] * 20))
    yield "link", files(entry("a"), {"attr": "l", "path": ["l"], "symlink path": ["..", "..", "etc"]})
    yield "link then below", files({"attr": "l", "path": ["l"], "length": 0, "symlink path": [".."]}, entry("l/x"))
    yield "padding", files(entry("a"), entry(".pad/5", 5, attr="p"), entry("b"))
    yield "padding that escapes", files(entry("a"), entry("../../p", 5, attr="p"))
    yield "padding alone", files(entry("a", 3, attr="p"))
    yield "attr is a number", files(entry("a", attr=7))
    # numbers
    for length in (-1, 0, 1 << 31, 1 << 40, (1 << 63) - 1, 1 << 63, 1 << 64, -(1 << 63), -(1 << 64)):
        yield f"length {length}", torrent(length=length)
        yield f"piece length {length}", torrent(piece_length=length)
        yield f"file length {length}", files(entry("a", length), entry("b"))
    yield "sum overflows", files(entry("a", (1 << 63) - 1), entry("b", (1 << 63) - 1), entry("c", 5))
    for pieces in (b"", b"x", b"x" * 19, b"x" * 21, b"x" * 40, 7, [], {}):
        yield f"pieces {pieces!r:.20}", torrent(pieces=pieces)
    for number in (b"i-0e", b"i007e", b"ie", b"i1.5e", b"i 1e", b"i+1e", b"i1", b"i" + b"9" * 100_000 + b"e"):
        yield f"length as {number[:12]!r}", torrent(info(length=Raw(number)))
    # fields
    for field in ("name", "piece length", "pieces", "length"):
        for value in (None, 5, "text", [], {}, [1], {"a": 1}):
            changed = info()
            changed.pop(field)
            if value is not None:
                changed[field] = value
            yield f"{field} = {value!r}", torrent(changed)
    for value in (5, "x", []):
        yield f"info = {value!r}", bencode({"info": value})
    yield "no info", bencode({"announce": "http://h/"})
    yield "length and files", torrent(info(files=[entry("a")]))
    yield "no files", torrent(info(length=None, files=[]))
    yield "files is a dictionary", torrent(info(length=None, files={}))
    yield "file is text", torrent(info(length=None, files=["x"]))
    yield "only empty files", files(entry("a", 0))
    yield "private is text", torrent(private="yes")
    for field in ("announce", "announce-list", "url-list", "httpseeds", "nodes", "comment", "created by",
                  "creation date", "encoding"):
        for value in (-1, b"\xff\x1b[31m", [], [[5]], {"a": []}, [["h"]], "udp://" + "x" * 5000):
            yield f"{field} = {value!r:.24}", torrent(around={field: value})
    # structure
    yield "v2 alone", torrent(info(length=None, pieces=None, meta_version=2, file_tree={"n": {"": {"length": 3}}}))
    yield "hybrid", torrent(info(meta_version=2, file_tree={"n": {"": {"length": 3, "pieces root": b"r" * 32}}}))
    yield "version 7", torrent(meta_version=7)
    yield "unsorted keys", b"d4:infod6:pieces20:" + b"x" * 20 + b"6:lengthi3e12:piece lengthi16384e4:name1:nee"
    yield "repeated key", b"d4:infod4:name1:n4:name1:m6:lengthi3e12:piece lengthi16384e6:pieces20:" + b"x" * 20 + b"ee"
    yield "two infos", b"d4:info" + bencode(info()) + b"4:info" + bencode(info(name="m")) + b"e"
    yield "trailing bytes", torrent() + b"trailing"
    yield "trailing newline", torrent() + b"\n"
    yield "leading newline", b"\n" + torrent()
    yield "cut", torrent()[:-5]
    yield "empty", b""
    yield "zeros", b"\0" * 1000
    yield "a page", b"<!DOCTYPE html><html>" * 50
    yield "random", os.urandom(5000)
    yield "depth", b"d4:info" + b"l" * 3_000_000
    yield "depth, closed", b"l" * 1_000_000 + b"e" * 1_000_000
    yield "string of 4 GB", b"d4:info4294967296:x"
    yield "string of 10^30", b"d4:info" + b"9" * 30 + b":x"
    yield "million keys", b"d4:infod" + b"".join(b"7:%07di1e" % i for i in range(1_000_000)) + b"ee"
    yield "millions of lists", b"d4:infol" + b"le" * 5_000_000 + b"ee"
    yield "200,000 files", files(*[entry(f"d/{i}", 1) for i in range(200_000)])
    yield "300,000 files", files(*[entry(f"d/{i}", 1) for i in range(300_000)])
    yield "million pieces", torrent(length=16384 * 1_000_000, pieces=b"x" * 20_000_000)
    yield "40 MiB of zeros", torrent(around={"x": b"\0" * (40 << 20)})
    yield "80 MiB", torrent(around={"x": b"\0" * (80 << 20)})


def magnets():
    good = "magnet:?xt=urn:btih:" + "ab" * 20
    for uri in ("magnet:", "magnet:?", "magnet:?xt=", "magnet:?xt=urn:btih:", "magnet:?xt=urn:btih:zz",
                "magnet:?xt=urn:btih:" + "zz" * 20, "magnet:?xt=urn:btih:" + "ab" * 19, "magnet:?xt=urn:sha1:" + "ab" * 20,
                "magnet:?xt=urn:btmh:1220" + "ab" * 32, good, good.upper(), good + "&xt=urn:btih:" + "cd" * 20,
                good + "&dn=%1b%5b2J", good + "&dn=..%2f..%2fx", good + "&dn=" + "x" * 100_000, good + "&tr=javascript:x",
                good + "&tr=%", good + "&tr=%zz", good + "&tr=" + "http://h/" * 10_000, good + "&x.pe=::::", good + "&x.pe=h:99999",
                good + "&so=0-99999999999", good + "&so=5-1", good + "&xl=-5", good + "&" * 100_000, good + "&tr=http://h/" * 20_000,
                "magnet:?xt=urn:btih:" + "A" * 32, "magnet:?xt=urn:btih:" + "1" * 32, good + "\0", good + "&dn=\ud800".encode("utf-8", "replace").decode()):
        yield uri


class Runner:
    def __init__(self, launcher, base):
        self.launcher = launcher
        self.base = base
        self.bad = []
        self.accepted = self.refused = 0
        self.slowest = 0.0

    def run(self, arguments, patience):
        """Exit code (None if it went on until it was interrupted), seconds, stderr, peak KiB."""
        begun = time.monotonic()
        process = subprocess.Popen([self.launcher, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                   cwd=self.base, env=dict(os.environ, JACKDAW_HOME=self.base + "/home"))
        peak = 0
        went_on = False
        while process.poll() is None:
            try:
                with open(f"/proc/{process.pid}/status") as status:
                    peak = max([peak] + [int(line.split()[1]) for line in status if line.startswith("VmHWM")])
            except (OSError, ValueError):
                pass
            if not went_on and time.monotonic() - begun > patience:
                went_on = True
                process.send_signal(signal.SIGINT)
            if time.monotonic() - begun > patience + 15:
                process.kill()
                break
            time.sleep(0.01)
        error = process.stderr.read()
        process.stderr.close()
        return None if went_on else process.wait(), time.monotonic() - begun, error, peak

    def judge(self, title, source):
        content = os.path.join(self.base, "content")
        shown, seconds, error, peak = self.run(["show", source], 10)
        problems = self.problems(shown, seconds, error, peak)
        code, seconds, error, peak = self.run(
            ["download", source, "--dir", content, "--no-dht", "--no-lsd", "--no-trackers", "--bind", "127.0.0.1",
             "--port", "0", "--no-state", "--quiet"], 3.0 if shown == 0 else 10)
        if code is not None:
            problems += self.problems(code, seconds, error, peak)
        if (shown == 0) != (code is None or code == 0):
            problems.append(f"show exits with {shown}, download {'goes on' if code is None else code}: {error[:200]!r}")
        outside = [name for name in os.listdir(self.base) if name not in ("content", "home", "case.torrent")]
        if outside:
            problems.append(f"outside: {outside}")
        self.accepted += shown == 0
        self.refused += shown != 0
        for problem in problems:
            self.bad.append(title)
            print(f"{title}: {problem}", flush=True)
        shutil.rmtree(content, ignore_errors=True)

    def problems(self, code, seconds, error, peak):
        self.slowest = max(self.slowest, seconds)
        found = []
        if code is None or seconds > 3:
            found.append(f"took {seconds:.1f} s")
        if peak > 512 * 1000:
            found.append(f"used {peak} KiB")
        if code not in (0, None):
            lines = error.decode("utf-8", "replace").splitlines()
            if code not in (1, 2) or len(lines) != 1:
                found.append(f"exit {code} with {len(lines)} lines: {error[:300]!r}")
        if any(byte < 32 and byte != 10 or byte == 127 for byte in error):
            found.append(f"control characters: {error[:200]!r}")
        return found


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--jackdaw", required=True)
    p.add_argument("--only", default="", help="cases whose title has this")
    p.add_argument("--part", default="0/1", help="I/N: every Nth case from the Ith on, to run them in parts")
    a = p.parse_args()
    # else a shell's background job would hand on to jackdaw that SIGINT is ignored
    signal.signal(signal.SIGINT, signal.default_int_handler)
    first, parts = map(int, a.part.split("/"))
    base = tempfile.mkdtemp(prefix="jackdaw-files-")
    runner = Runner(os.path.abspath(a.jackdaw), base)
    count = 0
    chosen = [(title, content) for title, content in cases() if a.only in title]
    chosen += [("magnet " + uri[:80], uri) for uri in magnets()
               if a.only in uri and "\0" not in uri and len(uri) < 120_000]
    for title, content in chosen[first::parts]:
        source = content
        if isinstance(content, bytes):
            source = "case.torrent"
            with open(os.path.join(base, source), "wb") as file:
                file.write(content)
        runner.judge(title, source)
        count += 1
    print(f"{count} cases, {runner.accepted} accepted, {runner.refused} refused, {len(set(runner.bad))} wrong, "
          f"slowest answer {runner.slowest:.1f} s")
    shutil.rmtree(base)
    sys.exit(1 if runner.bad else 0)


if __name__ == "__main__":
    main()
