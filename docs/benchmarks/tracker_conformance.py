#!/usr/bin/env python3
"""What a tracker answers to requests that are unusual, wrong or hostile, checked one by one against the real process.

    docs/benchmarks/tracker_conformance.py [--jackdaw COMMAND]

Each check is a function whose first line says what must hold. Prints the ones that do not, and exits 1 if there are
any. Everything stays on 127.0.0.0/8 and ::1.
"""

import argparse
import os
import re
import shlex
import socket
import struct
import subprocess
import sys
import threading
import time
import traceback
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
LAUNCHER = os.path.join(HERE, "..", "..", "cli", "target", "jackdaw", "bin", "jackdaw")
PORT = 17073
HOST = "127.0.0.1"
CHECKS = []
ANNOUNCED = [0]


def check(function):
    CHECKS.append(function)
    return function


def fresh_hash():
    """An info-hash that no other check uses, with bytes that have to be escaped."""
    ANNOUNCED[0] += 1
    return b"\x00 %&=+#\xff" + struct.pack(">I", ANNOUNCED[0]) + b"01234567"


# ---- bencode, strictly


def decode(data):
    value, end = decode_at(data, 0)
    if end != len(data):
        raise ValueError(f"{len(data) - end} bytes after the value: {data!r}")
    return value


def decode_at(data, at):
    kind = data[at:at + 1]
    if kind == b"i":
        end = data.index(b"e", at)
        digits = data[at + 1:end]
        if digits != str(int(digits)).encode():
            raise ValueError(f"integer {digits!r}")
        return int(digits), end + 1
    if kind == b"l":
        at, values = at + 1, []
        while data[at:at + 1] != b"e":
            value, at = decode_at(data, at)
            values.append(value)
        return values, at + 1
    if kind == b"d":
        at, values, last = at + 1, {}, None
        while data[at:at + 1] != b"e":
            key, at = decode_at(data, at)
            if last is not None and key <= last:
                raise ValueError(f"key {key!r} after {last!r}")
            values[key], at = decode_at(data, at)
            last = key
        return values, at + 1
    colon = data.index(b":", at)
    end = colon + 1 + int(data[at:colon])
    if end > len(data):
        raise ValueError("a string beyond the end")
    return data[colon + 1:end], end


# ---- HTTP


def exchange(raw, host=HOST, source=None, wait=3.0, half_close=False):
    """Sends bytes and reads to the end, or until nothing has come for a while."""
    address = (host, PORT)
    with socket.create_connection(address, wait, (source, 0) if source else None) as connection:
        connection.settimeout(wait)
        connection.sendall(raw)
        if half_close:
            connection.shutdown(socket.SHUT_WR)
        got = b""
        try:
            while True:
                piece = connection.recv(65536)
                if not piece:
                    break
                got += piece
        except (socket.timeout, ConnectionResetError):
            pass
        return got


def responses(raw, count=None):
    """Splits a byte stream into (status, headers, body)."""
    found = []
    while raw:
        head, separator, rest = raw.partition(b"\r\n\r\n")
        assert separator, f"a response without an end of its head: {raw[:80]!r}"
        lines = head.split(b"\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines[1:])}
        length = int(headers[b"content-length"])
        assert len(rest) >= length, "a body that is too short"
        found.append((int(lines[0].split()[1]), headers, rest[:length]))
        raw = rest[length:]
    if count is not None:
        assert len(found) == count, f"{len(found)} responses, expected {count}: {found}"
    return found


def get(target, version="1.0", method="GET", fields="", host=HOST, source=None):
    request = f"{method} {target} HTTP/{version}\r\nHost: tracker\r\nConnection: close\r\n{fields}\r\n"
    return responses(exchange(request.encode("latin-1"), host, source), 1)[0]


def query(**parameters):
    values = {"info_hash": b"a" * 20, "peer_id": b"-XX0001-aaaaaaaaaaaa", "port": 6881, "uploaded": 0, "downloaded": 0, "left": 1}
    values.update(parameters)
    return "&".join(f"{key}={urllib.parse.quote(value if isinstance(value, bytes) else str(value), safe='')}"
                    for key, value in values.items() if value is not None)


def announce(host=HOST, source=None, **parameters):
    status, _, body = get("/announce?" + query(**parameters), host=host, source=source)
    assert status == 200, status
    return decode(body)


def refused(answer):
    assert list(answer) == [b"failure reason"] and answer[b"failure reason"], answer


def accepted(answer):
    assert b"failure reason" not in answer, answer
    for key in (b"interval", b"complete", b"incomplete", b"peers"):
        assert key in answer, answer
    assert answer[b"interval"] > 0
    return answer


@check
def each_required_parameter_missing():
    """Without info_hash, peer_id or port an announce fails; without the others it does not."""
    for name in ("info_hash", "peer_id", "port"):
        refused(announce(**{name: None}))
        refused(announce(**{name: ""}))
    for name in ("uploaded", "downloaded", "left"):
        accepted(announce(info_hash=fresh_hash(), **{name: None}))


@check
def info_hash_of_another_length():
    """An info-hash or a peer id of other than 20 bytes fails."""
    for length in (0, 1, 19, 21, 32, 40, 64, 1000):
        refused(announce(info_hash=b"a" * length))
        refused(announce(peer_id=b"a" * length))


@check
def escapes():
    """Escapes in either case, of any byte and of none, are the same hash; broken ones fail."""
    raw = fresh_hash()
    upper = "".join(f"%{b:02X}" for b in raw)
    base = query(info_hash=None, event="started") + "&info_hash="
    for number, written in enumerate((upper, upper.lower(), urllib.parse.quote(raw, safe=""))):
        _, _, body = get("/announce?" + base.replace("6881", str(7000 + number)) + written)
        assert accepted(decode(body))[b"incomplete"] == number + 1, body
    for broken in (upper[:-1], upper[:-2] + "%", upper[:-2] + "%g0", "%" * 20, "%%%" * 20, upper[:-3] + "%u0041", upper + "%0"):
        refused(decode(get("/announce?" + base + broken)[2]))


@check
def ports():
    """Ports 1 and 65535 are good; 0, negative, too large, and no number at all are not."""
    for good in (1, 65535, "06881"):
        accepted(announce(info_hash=fresh_hash(), port=good))
    for bad in (0, -1, 65536, 4294967296 + 80, "abc", "80a", " 80", "8 0", "0x50", "1e3", "９", "-", "+80", "9" * 400):
        refused(announce(port=bad))


@check
def absurd_numbers():
    """Amounts and wishes out of range are brought into it; what is no number fails."""
    for name in ("uploaded", "downloaded", "left", "numwant"):
        for value in (-1, -2 ** 31, -2 ** 63, -10 ** 30, 0, 2 ** 31, 2 ** 63, 2 ** 64, 10 ** 400):
            accepted(announce(info_hash=fresh_hash(), **{name: value}))
        for value in ("x", "1.5", "--1", "NaN"):
            refused(announce(**{name: value}))


@check
def left_that_is_not_known_is_no_seed():
    """A peer with negative or missing left counts as incomplete, one with 0 as complete."""
    assert accepted(announce(info_hash=fresh_hash(), left=-1))[b"incomplete"] == 1
    assert accepted(announce(info_hash=fresh_hash(), left=None))[b"incomplete"] == 1
    assert accepted(announce(info_hash=fresh_hash(), left=0))[b"complete"] == 1


@check
def numwant():
    """0 gives none, 5 gives 5, -1 and none the default, more than allowed what is allowed; the asker never."""
    swarm = fresh_hash()
    for port in range(1000, 1250):
        announce(info_hash=swarm, port=port)
    for wish, expected in ((0, 0), (5, 5), (-1, 50), (None, 50), (10 ** 12, 200)):
        peers = accepted(announce(info_hash=swarm, port=1000, numwant=wish))[b"peers"]
        assert len(peers) == 6 * expected, (wish, len(peers))
        each = {peers[i:i + 6] for i in range(0, len(peers), 6)}
        assert len(each) == expected
        assert socket.inet_aton(HOST) + struct.pack(">H", 1000) not in each


@check
def repeated_and_unknown_parameters():
    """Of a repeated parameter one counts; empty pairs, unknown and very long ones do no harm."""
    base = query(info_hash=fresh_hash())
    for more in ("&port=6882", "&&&", "&=", "&=x", "&x", "&x=", "&" + "y" * 3000 + "=1", "&key=", "&key=00ff", "&key=" + "z" * 500,
                 "&supportcrypto=1&requirecrypto=1&cryptoport=0", "&corrupt=0&redundant=0", "&trackerid=abc"):
        accepted(decode(get("/announce?" + base + more)[2]))


@check
def events():
    """started, completed, stopped, paused, empty and unknown ones are all answered."""
    for event in ("started", "completed", "stopped", "paused", "", "STARTED", "nonsense", "\x00", "x" * 500):
        accepted(announce(info_hash=fresh_hash(), event=event))


@check
def stop_of_an_unknown_peer():
    """It is answered, and nothing is remembered."""
    swarm = fresh_hash()
    accepted(announce(info_hash=swarm, event="stopped"))
    answer = accepted(announce(info_hash=swarm, port=7001))
    assert (answer[b"complete"], answer[b"incomplete"], answer[b"peers"]) == (0, 1, b""), answer


@check
def stopping_and_completing():
    """A peer that completes is a seeder and a download; completing again counts once; stopping takes it out."""
    swarm = fresh_hash()
    announce(info_hash=swarm, event="started", left=7)
    for _ in range(3):
        announce(info_hash=swarm, event="completed", left=0)
    counts = decode(get("/scrape?" + urllib.parse.urlencode({"info_hash": swarm}, quote_via=urllib.parse.quote))[2])[b"files"][swarm]
    assert (counts[b"complete"], counts[b"downloaded"], counts[b"incomplete"]) == (1, 1, 0), counts
    announce(info_hash=swarm, event="stopped", left=0)
    counts = decode(get("/scrape?" + urllib.parse.urlencode({"info_hash": swarm}, quote_via=urllib.parse.quote))[2])[b"files"][swarm]
    assert (counts[b"complete"], counts[b"downloaded"], counts[b"incomplete"]) == (0, 1, 0), counts


@check
def addresses_that_a_client_names():
    """ip, ipv4, ipv6 and X-Forwarded-For of anybody are not believed."""
    swarm = fresh_hash()
    for name, value in (("ip", "198.51.100.7"), ("ipv4", "198.51.100.7:80"), ("ipv6", "2001:db8::1"), ("ip", "%zz"), ("ip", "x" * 2000)):
        announce(info_hash=swarm, port=7002, **{name: value})
    get("/announce?" + query(info_hash=swarm, port=7002), fields="X-Forwarded-For: 198.51.100.8\r\nForwarded: for=198.51.100.8\r\n")
    answer = accepted(announce(info_hash=swarm, port=7003))
    assert answer[b"peers"] == socket.inet_aton(HOST) + struct.pack(">H", 7002), answer
    assert b"peers6" not in answer or not answer[b"peers6"], answer


@check
def families_are_apart():
    """IPv6 peers are in peers6, for IPv6 askers alone; counts are of both."""
    swarm = fresh_hash()
    announce(info_hash=swarm, port=7004)
    first = accepted(announce(host="::1", info_hash=swarm, port=7005))
    assert first[b"peers"] == b"" and first[b"incomplete"] == 2, first
    second = accepted(announce(host="::1", info_hash=swarm, port=7006))
    assert second[b"peers6"] == socket.inet_pton(socket.AF_INET6, "::1") + struct.pack(">H", 7005), second


@check
def not_compact():
    """compact=0 gives a list of dictionaries."""
    swarm = fresh_hash()
    announce(info_hash=swarm, port=7007, peer_id=b"-XX0001-\x00\xff%+&=bbbbbb")
    peers = accepted(announce(info_hash=swarm, port=7008, compact=0))[b"peers"]
    assert peers == [{b"ip": HOST.encode(), b"port": 7007}] or peers[0][b"port"] == 7007, peers
    peers = accepted(announce(info_hash=swarm, port=7008, compact=0, no_peer_id=1))[b"peers"]
    assert peers == [{b"ip": HOST.encode(), b"port": 7007}], peers
    for value in (1, "", "yes"):
        assert isinstance(accepted(announce(info_hash=swarm, port=7008, compact=value))[b"peers"], bytes)


@check
def scrapes():
    """Of one, of many, of unknown ones, twice the same, but not of all there are, nor of wrong lengths."""
    swarm = fresh_hash()
    announce(info_hash=swarm)
    written = urllib.parse.quote(swarm, safe="")
    zeros = "%00" * 20
    files = decode(get(f"/scrape?info_hash={written}&info_hash={zeros}&info_hash={written}")[2])[b"files"]
    assert files[swarm] == {b"complete": 0, b"downloaded": 0, b"downloaders": 1, b"incomplete": 1}, files
    assert files.get(b"\0" * 20, {b"complete": 0})[b"complete"] == 0
    for target in ("/scrape", "/scrape?", "/scrape?info_hash=", "/scrape?info_hash=abc", "/scrape?info_hash=" + "a" * 21, "/scrape?x=y"):
        refused(decode(get(target)[2]))
    many = "&".join("info_hash=" + "b" * 18 + f"{i:02}" for i in range(100))
    assert len(decode(get("/scrape?" + many)[2])[b"files"]) == 100
    refused(decode(get("/scrape?" + many + "&info_hash=" + "c" * 20)[2]))


@check
def versions():
    """HTTP/1.0 closes, HTTP/1.1 and keep-alive stay, others are refused."""
    target = "/announce?" + query(info_hash=fresh_hash())
    assert get(target, "1.0")[0] == 200
    for version in ("0.9", "2.0", "1.2", "3", ""):
        assert 400 <= get(target, version)[0] <= 505, version
    raw = exchange(f"GET {target} HTTP/1.1\r\nHost: t\r\n\r\nGET {target} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n".encode())
    responses(raw, 2)
    raw = exchange(f"GET {target} HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\nGET {target} HTTP/1.0\r\n\r\n".encode())
    answers = responses(raw, 2)
    assert answers[0][1][b"connection"].lower() == b"keep-alive", answers
    started = time.time()
    exchange(f"GET {target} HTTP/1.0\r\n\r\n".encode())
    assert time.time() - started < 1, "HTTP/1.0 without keep-alive is to be closed"


@check
def methods():
    """HEAD has no body, others are not allowed, and a body is not taken for a request."""
    target = "/announce?" + query(info_hash=fresh_hash())
    raw = exchange(f"HEAD {target} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n".encode())
    assert raw.startswith(b"HTTP/1.1 200") and raw.endswith(b"\r\n\r\n"), raw
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "CONNECT", "TRACE", "get", "GETX", "X" * 100):
        status = get(target, "1.1", method)[0]
        assert 400 <= status <= 501, (method, status)
    smuggled = f"GET {target} HTTP/1.1\r\n"
    for fields in ("Content-Length: 60", "Transfer-Encoding: chunked", "Content-Length: 0\r\nTransfer-Encoding: chunked", "Content-Length: -1",
                   "Content-Length: 1, 2", "Content-Length: 99999999999999999999"):
        for method in ("GET", "POST"):
            raw = exchange(f"{method} {target} HTTP/1.1\r\nHost: t\r\n{fields}\r\n\r\n0\r\n\r\n{smuggled}\r\n\r\n".encode())
            responses(raw, 1)


@check
def targets():
    """Absolute URIs are understood; other paths are not found; what is no target is bad."""
    pairs = query(info_hash=fresh_hash())
    for prefix in ("http://tracker/announce?", f"http://{HOST}:{PORT}/announce?", "/announce/?", "/x/announce?", "/%61nnounc%65?",
                   "HTTP://tracker/announce?"):
        accepted(decode(get(prefix + pairs)[2]))
    for target in ("/", "/announcer?" + pairs, "/../announce.php", "/%zznnounce?" + pairs, "/" + "a" * 4000):
        assert get(target)[0] in (400, 404), target
    for target in ("*", "announce?" + pairs, "?" + pairs, "http://tracker", "http://tracker?x=/announce"):
        assert get(target)[0] in (400, 404), target


@check
def fields():
    """A flood of fields, folded ones and ones that are none are refused or ignored, never waited for."""
    target = "/announce?" + query(info_hash=fresh_hash())
    assert get(target, fields="X: y\r\n" * 200)[0] == 200
    for flood in ("X: y\r\n" * 20_000, "X: " + "y" * 100_000 + "\r\n"):
        answer = exchange(f"GET {target} HTTP/1.1\r\nHost: t\r\n{flood}\r\n".encode())
        assert answer.startswith((b"HTTP/1.1 431", b"HTTP/1.1 400")), answer[:80]
    answer = exchange(b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n")
    assert answer.startswith((b"HTTP/1.1 431", b"HTTP/1.1 414")), answer[:80]
    assert get(target, fields="X: a\r\n b\r\n")[0] == 400, "obs-fold (RFC 9112, 5.2)"
    assert get(target, fields="Content-Length : 5\r\n")[0] == 400, "a blank before the colon (RFC 9112, 5.1)"
    assert get(target, fields="Transfer-Encoding: x\r\n\tchunked\r\n")[0] == 400, "obs-fold that changes a meaning (RFC 9112, 5.2)"
    assert get(target, fields="no colon here\r\n")[0] in (200, 400)
    assert get(target, fields="X: \x00\x01\xff\r\n")[0] in (200, 400)
    bare = exchange(f"GET {target} HTTP/1.0\n\n".encode())
    assert bare.startswith((b"HTTP/1.1 200", b"HTTP/1.1 400")), bare


@check
def noise():
    """What is no HTTP is answered with 400 or closed at once."""
    for raw in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(300), b"\x13BitTorrent protocol" + bytes(48), b"GET\r\n\r\n", b" \r\n\r\n",
                b"GET  HTTP/1.1\r\n\r\n", bytes(9000), b"\xff" * 9000):
        started = time.time()
        answer = exchange(raw + b"\r\n\r\n")
        assert time.time() - started < 2, raw[:20]
        assert answer == b"" or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.1 505")), answer


@check
def pieces_and_pipelines():
    """A request byte by byte, and a hundred in one go, are answered in order."""
    swarm = fresh_hash()
    raw = f"GET /announce?{query(info_hash=swarm)} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n".encode()
    with socket.create_connection((HOST, PORT), 5) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for i in range(len(raw)):
            connection.sendall(raw[i:i + 1])
        assert connection.recv(10).startswith(b"HTTP/1.1 2")
    many = b"".join(f"GET /announce?{query(info_hash=swarm, port=8000 + i)} HTTP/1.1\r\nHost: t\r\n\r\n".encode() for i in range(100))
    answers = responses(exchange(many, half_close=True), 100)
    assert [decode(body)[b"incomplete"] for _, _, body in answers] == list(range(2, 102))


@check
def escaped_letters_and_digits():
    """What needs no escape means the same with one (RFC 3986, 2.3); a broken escape is never taken for anything."""
    swarm = fresh_hash()
    written = urllib.parse.quote(swarm, safe="")
    accepted(decode(get(f"/announce?info%5Fhash={written}&peer_id=-XX0001-aaaaaaaaaaaa&%70ort=%36%38%381&left=%31&event=%73tarted")[2]))
    assert accepted(announce(info_hash=swarm, port=7000))[b"peers"] == socket.inet_aton(HOST) + struct.pack(">H", 6881)
    for pairs in ("&port=68%", "&port=68%3", "&port=68%zz", "&port=%2D1", "&port=%00"):
        refused(decode(get("/announce?" + query(info_hash=fresh_hash(), port=None) + pairs)[2]))


@check
def repeated_required_parameters():
    """Of two hashes or ports one is taken, and the peer is in one swarm; a second one of a wrong length fails."""
    one, two = fresh_hash(), fresh_hash()
    pairs = query(info_hash=one) + "&info_hash=" + urllib.parse.quote(two, safe="") + "&port=7001"
    accepted(decode(get("/announce?" + pairs)[2]))
    found = [len(accepted(announce(info_hash=swarm, port=7002))[b"peers"]) for swarm in (one, two)]
    assert sorted(found) == [0, 6], found
    refused(decode(get("/announce?" + query(info_hash=one) + "&info_hash=short")[2]))
    refused(decode(get("/announce?" + query(info_hash=one) + "&port=0")[2]))


@check
def partial_seeds():
    """A scrape tells downloaders from partial seeds (BEP 21), whichever protocol they announce over."""
    swarm = fresh_hash()
    announce(info_hash=swarm, port=7001, event="paused", left=5)
    announce(info_hash=swarm, port=7002, left=5)
    client = Udp()
    client.ask(udp_announce(client.connection(), swarm, port=7003, event=4))
    counts = decode(get("/scrape?info_hash=" + urllib.parse.quote(swarm, safe=""))[2])[b"files"][swarm]
    assert counts == {b"complete": 0, b"downloaded": 0, b"downloaders": 1, b"incomplete": 3}, counts
    assert accepted(announce(info_hash=swarm, port=7001, event="paused", left=5))[b"peers"][4:] == struct.pack(">H", 7002)


@check
def ends_of_a_connection():
    """Who closes one side still gets all answers and is then let go, also in the middle of a request; who resets does no harm."""
    target = f"GET /announce?{query(info_hash=fresh_hash())} HTTP/1.1\r\nHost: t\r\n\r\n".encode()
    for sent, expected in ((b"", 0), (b"G", 0), (target[:-1], 0), (target, 1), (target + target, 2), (target * 500, 500), (target * 3 + b"GET /", 3)):
        started = time.time()
        responses(exchange(sent, wait=8, half_close=True), expected)
        assert time.time() - started < 5, f"not let go after {len(sent)} bytes"
    for sent in (b"", target[:50], target * 200):
        connection = socket.create_connection((HOST, PORT), 3)
        connection.sendall(sent)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    assert get("/announce?" + query(info_hash=fresh_hash()))[0] == 200


@check
def pipelines_longer_than_any_buffer():
    """Thousands of requests in one go, of several kinds, are answered in order, also when answers are read late."""
    swarm = fresh_hash()
    written = urllib.parse.quote(swarm, safe="")
    one = (f"GET /announce?{query(info_hash=swarm)} HTTP/1.1\r\nHost: t\r\n\r\n"
           f"HEAD /announce?{query(info_hash=swarm)} HTTP/1.1\r\nHost: t\r\n\r\n"
           f"GET /nothing HTTP/1.1\r\nHost: t\r\n\r\n"
           f"GET /scrape?info_hash={written} HTTP/1.1\r\nHost: t\r\n\r\n").encode()
    rounds = 1000
    with socket.create_connection((HOST, PORT), 5) as connection:
        sender = threading.Thread(target=lambda: (connection.sendall(one * rounds), connection.shutdown(socket.SHUT_WR)))
        sender.start()
        time.sleep(0.5)
        got = bytearray()
        while piece := connection.recv(1 << 20):
            got += piece
        sender.join()
    heads = [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", bytes(got))]
    assert heads == [200, 200, 404, 200] * rounds, f"{len(heads)} answers"


@check
def heads_of_every_length_near_the_limit():
    """A head of 8 KiB is read, one that is longer is refused, however it is cut."""
    base = f"GET /announce?{query(info_hash=fresh_hash())} HTTP/1.1\r\nConnection: close\r\nX: "
    for length in (8190, 8191, 8192, 8193, 8194):
        raw = (base + "y" * (length - len(base) - 4) + "\r\n\r\n").encode()
        assert len(raw) == length
        for cut in (1, 4000, 8189, length - 1):
            with socket.create_connection((HOST, PORT), 3) as connection:
                connection.setsockopt(socket.SOL_TCP, socket.TCP_NODELAY, 1)
                connection.sendall(raw[:cut])
                time.sleep(0.01)
                connection.sendall(raw[cut:])
                status = int(connection.recv(100).split()[1])
                assert status == (200 if length <= 8192 else 431), (length, cut, status)


@check
def fields_that_say_two_things():
    """A body that is announced in any way ends the connection after its answer; no field makes a request of a body."""
    target = f"GET /announce?{query(info_hash=fresh_hash())} HTTP/1.1\r\nHost: t\r\n"
    for fields in ("Content-Length: 0\r\nContent-Length: 5", "Content-Length: 5\r\nContent-Length: 0", "content-length: 0x0", "Content-Length:", "Content-Length: +0",
                   "Transfer-Encoding: identity", "TRANSFER-ENCODING:chunked", "Expect: 100-continue\r\nContent-Length: 9"):
        raw = exchange(f"{target}{fields}\r\n\r\n{target}\r\n".encode(), wait=4)
        responses(raw, 1)
    for fields in ("Content-Length: 0", "Connection: keep-alive", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__"):
        raw = exchange(f"{target}{fields}\r\n\r\n{target}Connection: close\r\n\r\n".encode())
        responses(raw, 2)
    for fields in ("keep-alive, close", "x,Close", "close\r\nConnection: keep-alive"):
        raw = exchange(f"{target}Connection: {fields}\r\n\r\n{target}\r\n".encode())
        responses(raw, 1)
    raw = exchange(f"{target}Connection: closer\r\n\r\n{target}Connection: close\r\n\r\n".encode())
    responses(raw, 2)
    raw = exchange(f"{target}Host: u\r\n\r\n".encode())
    assert raw.startswith(b"HTTP/1.1 400"), "two hosts (RFC 9112, 3.2)"


# ---- UDP


class Udp:
    """A client at an address of its own."""

    def __init__(self, source="127.0.0.1", host=HOST):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.socket.bind((source, 0))
        self.socket.connect((host, PORT))
        self.sent = 0
        self.got = 0

    def ask(self, datagram, wait=0.3):
        self.socket.settimeout(wait)
        self.socket.send(datagram)
        self.sent += len(datagram)
        try:
            answer = self.socket.recv(65536)
        except socket.timeout:
            return None
        self.got += len(answer)
        return answer

    def connection(self):
        answer = self.ask(struct.pack(">QII", 0x41727101980, 0, 77), 3)
        assert answer is not None and len(answer) == 16 and answer[:8] == struct.pack(">II", 0, 77), answer
        return answer[8:]


def udp_announce(connection, info_hash, port=6881, event=0, numwant=-1, left=1, more=b"", ip=0, transaction=5):
    return connection + struct.pack(">II", 1, transaction) + info_hash + b"-XX0001-aaaaaaaaaaaa" + struct.pack(
        ">qqqIIIiH", 0, left, 0, event & 0xffffffff, ip, 9, numwant, port) + more


def counts(answer):
    assert answer is not None and len(answer) >= 20 and answer[:8] == struct.pack(">II", 1, 5), answer
    interval, leechers, seeders = struct.unpack(">III", answer[8:20])
    assert interval > 0 and (len(answer) - 20) % 6 == 0
    return leechers, seeders, answer[20:]


def error(answer):
    assert answer is not None and answer[:4] == struct.pack(">I", 3) and len(answer) > 8, answer
    answer[8:].decode()


@check
def udp_sizes():
    """Datagrams of every length are answered with an error, as they should, or not at all."""
    client = Udp()
    connection = client.connection()
    whole = udp_announce(connection, fresh_hash())
    for length in range(16, len(whole)):
        answer = client.ask(whole[:length], 0.05 if length < 36 else 0.3)
        if answer is not None:
            error(answer)
    for length in range(0, 16):
        assert client.ask(whole[:length], 0.03) is None, length
    counts(client.ask(whole + bytes(1400)))
    assert client.ask(bytes(9000)) is None or True
    counts(client.ask(whole))


@check
def udp_before_proof():
    """Without a connection id that is one's own, no more bytes come out than went in."""
    client = Udp()
    guess = 0
    for action in (0, 1, 2, 3, 4, 7, 2 ** 31, 2 ** 32 - 1):
        for length in (0, 1, 8, 12, 15, 16, 17, 20, 35, 36, 56, 98, 200, 1400):
            guess += 1
            client.ask((struct.pack(">QII", 0x41727101980 if action == 0 else guess * 0x9E3779B97F4A7C15 % 2 ** 64, action, 1) + bytes(1400))[:length], 0.02)
            assert client.got <= client.sent, (action, length)
    forged = client.ask(udp_announce(bytes(8), fresh_hash()))
    error(forged)


@check
def udp_connection_ids():
    """An id is good for its address alone, whatever the port, and more than once."""
    mine, neighbour, other = Udp("127.0.0.2"), Udp("127.0.0.2"), Udp("127.0.0.3")
    connection = mine.connection()
    swarm = fresh_hash()
    assert counts(mine.ask(udp_announce(connection, swarm)))[0] == 1
    assert counts(neighbour.ask(udp_announce(connection, swarm, port=6882)))[0] == 2
    error(other.ask(udp_announce(connection, swarm)))
    for bit in range(64):
        flipped = struct.pack(">Q", struct.unpack(">Q", connection)[0] ^ 1 << bit)
        error(mine.ask(udp_announce(flipped, swarm)))


@check
def udp_actions_and_protocols():
    """Unknown actions are errors, a connect with another protocol id is not answered."""
    client = Udp()
    connection = client.connection()
    for action in (3, 4, 5, 99, 2 ** 31, 2 ** 32 - 1):
        error(client.ask(connection + struct.pack(">II", action, 1) + bytes(82)))
    assert client.ask(struct.pack(">QII", 0x41727101981, 0, 1)) is None
    assert client.ask(struct.pack(">QII", 0, 0, 1)) is None


@check
def udp_fields():
    """Absurd fields do no harm; port 0 is an error; numwant 0 gives no peers."""
    client = Udp()
    connection = client.connection()
    swarm = fresh_hash()
    error(client.ask(udp_announce(connection, swarm, port=0)))
    for event in (0, 1, 2, 4, 5, -1, 2 ** 31 - 1):
        counts(client.ask(udp_announce(connection, fresh_hash(), event=event)))
    assert counts(client.ask(udp_announce(connection, fresh_hash(), left=-1)))[0] == 1
    for port in range(1000, 1250):
        client.ask(udp_announce(connection, swarm, port=port))
    for wish, expected in ((0, 0), (1, 1), (7, 7), (-1, 50), (-2 ** 31, 50), (2 ** 31 - 1, 200)):
        peers = counts(client.ask(udp_announce(connection, swarm, port=1000, numwant=wish)))[2]
        assert len(peers) == 6 * expected, (wish, len(peers))
    before = counts(client.ask(udp_announce(connection, swarm, port=1000)))[0]
    leechers, _, peers = counts(client.ask(udp_announce(connection, swarm, port=9999, event=3)))
    assert leechers == before and peers == b"", "a stop of an unknown peer"
    lied = fresh_hash()
    client.ask(udp_announce(connection, lied, port=1001, ip=0x01020304))
    assert counts(client.ask(udp_announce(connection, lied, port=1002)))[2][:4] == socket.inet_aton(HOST), "the ip field is not believed"


@check
def udp_options():
    """Options of BEP 41, well formed or not, do not keep an announce from being answered by a public tracker."""
    client = Udp()
    connection = client.connection()
    for more in (b"\0", b"\1", b"\1\1", b"\2", b"\2\5abc", b"\2\xff" + bytes(255), b"\2\x09/announce", b"\2\x04/ann\2\5ounce\0", b"\x99\x02ab", b"\x99",
                 bytes(range(256)), b"\xff" * 1000):
        counts(client.ask(udp_announce(connection, fresh_hash(), more=more)))


@check
def udp_scrapes():
    """One, many, a cut one and none; 12 bytes for each."""
    client = Udp()
    connection = client.connection()
    swarm = fresh_hash()
    client.ask(udp_announce(connection, swarm))
    head = connection + struct.pack(">II", 2, 6)
    assert client.ask(head + swarm) == struct.pack(">IIIII", 2, 6, 0, 0, 1)
    error(client.ask(head))
    error(client.ask(head + bytes(19)))
    assert len(client.ask(head + swarm + bytes(7))) == 20
    assert len(client.ask(head + swarm * 74)) == 8 + 74 * 12
    assert len(client.ask(head + swarm * 100)) <= 8 + 100 * 12


@check
def udp_connects_of_any_length():
    """A connect with something behind it gets the answer of one without; ids differ by address."""
    client = Udp()
    connect = struct.pack(">QII", 0x41727101980, 0, 7)
    for more in (0, 1, 10, 1000, 1400):
        answer = client.ask(connect + bytes(more))
        assert answer is not None and len(answer) == 16, (more, answer)
    ids = {Udp(f"127.0.0.{host}").connection() for host in range(2, 30)}
    assert len(ids) == 28, "one id for several addresses"


@check
def udp_forged_ids():
    """Of a hundred thousand forged ids none is accepted, and no more bytes come back than went out."""
    client = Udp("127.0.0.9")
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    client.socket.setblocking(False)
    swarm = fresh_hash()
    template = udp_announce(bytes(8), swarm)[8:]
    sent = got = answers = 0
    for number in range(100_000):
        forged = struct.pack(">Q", (number + 1) * 0x9E3779B97F4A7C15 % 2 ** 64)
        try:
            sent += client.socket.send(forged + template)
            while True:
                answer = client.socket.recv(4096)
                got += len(answer)
                answers += 1
                assert answer[:4] == struct.pack(">I", 3), answer
        except BlockingIOError:
            pass
    assert got <= sent and answers > 0, (sent, got, answers)
    other = Udp()
    assert counts(other.ask(udp_announce(other.connection(), swarm, port=7001), 3))[0] == 1, "a forged announce was counted"


@check
def udp_transactions():
    """Every answer has its question's transaction id, whatever it is."""
    client = Udp()
    connection = client.connection()
    for transaction in (0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF):
        word = struct.pack(">I", transaction)
        for question in (struct.pack(">QI", 0x41727101980, 0) + word, udp_announce(connection, fresh_hash(), transaction=transaction),
                         connection + struct.pack(">I", 2) + word + fresh_hash(), udp_announce(connection, fresh_hash(), port=0, transaction=transaction),
                         udp_announce(bytes(8), fresh_hash(), transaction=transaction)):
            answer = client.ask(question)
            assert answer is not None and answer[4:8] == word, (transaction, answer)


@check
def udp_and_http_have_the_same_swarms():
    """A peer of one is returned by the other, and over IPv6 in 18 bytes."""
    swarm = fresh_hash()
    announce(info_hash=swarm, port=7010)
    client = Udp()
    assert counts(client.ask(udp_announce(client.connection(), swarm, port=7011)))[2] == socket.inet_aton(HOST) + struct.pack(">H", 7010)
    announce(host="::1", info_hash=swarm, port=7012)
    six = Udp("::1", "::1")
    answer = six.ask(udp_announce(six.connection(), swarm, port=7013))
    assert answer[20:] == socket.inet_pton(socket.AF_INET6, "::1") + struct.pack(">H", 7012), answer


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jackdaw", default=f"{LAUNCHER} tracker", help="the command, without its addresses")
    args = parser.parse_args()
    addresses = [f"{HOST}:{PORT}", f"[::1]:{PORT}"]
    command = shlex.split(args.jackdaw) + [word for a in addresses for word in ("--http", a, "--udp", a)]
    tracker = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    failures = 0
    try:
        for _ in range(2):
            print(tracker.stdout.readline().strip(), file=sys.stderr)
        for function in CHECKS:
            try:
                function()
            except Exception:
                failures += 1
                print(f"FAILED {function.__name__}: {function.__doc__}", flush=True)
                traceback.print_exc(limit=-3)
        if tracker.poll() is not None:
            failures += 1
            print(f"the tracker ended with {tracker.returncode}")
    finally:
        tracker.terminate()
        tracker.wait(20)
    print(f"{len(CHECKS) - failures} of {len(CHECKS)} hold")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
