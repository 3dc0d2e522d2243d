#!/usr/bin/env python3
"""Asks a node of the DHT everything that BEP 5, 32, 33, 42, 43, 44 and 51 know, well and badly, and checks each answer.

    dht_conformance.py LAUNCHER          starts `LAUNCHER dht node` on loopback, and ends it
    dht_conformance.py --port N          asks a node that runs on 127.0.0.1 with local addresses allowed

Written from the BEPs alone: it shares no code with the node. Needs python3 and openssl (for Ed25519). Exit status 1 if
something is not as it should be.
"""
import hashlib
import os
import random
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

random.seed(44)
NONE = object()


def encode(value):
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, str):
        value = value.encode()
    if isinstance(value, bytes):
        return b"%d:%s" % (len(value), value)
    if isinstance(value, list):
        return b"l" + b"".join(map(encode, value)) + b"e"
    items = sorted((k.encode() if isinstance(k, str) else k, v) for k, v in value.items())
    return b"d" + b"".join(encode(k) + encode(v) for k, v in items) + b"e"


def decode(data):
    def at(i):
        if data[i:i + 1] == b"i":
            end = data.index(b"e", i)
            return int(data[i + 1:end]), end + 1
        if data[i:i + 1] in (b"l", b"d"):
            kind, i, values = data[i:i + 1], i + 1, []
            while data[i:i + 1] != b"e":
                value, i = at(i)
                values.append(value)
            if kind == b"l":
                return values, i + 1
            keys = values[::2]
            assert keys == sorted(set(keys)), "keys of an answer are not in order"
            return dict(zip(keys, values[1::2])), i + 1
        colon = data.index(b":", i)
        end = colon + 1 + int(data[i:colon])
        assert end <= len(data)
        return data[colon + 1:end], end
    value, end = at(0)
    assert end == len(data), "bytes after the message"
    return value


class Key:
    """An Ed25519 key, by openssl."""

    def __init__(self, directory):
        self.file = os.path.join(directory, "key%d.pem" % random.getrandbits(60))
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", self.file], check=True)
        der = subprocess.run(["openssl", "pkey", "-in", self.file, "-pubout", "-outform", "DER"], check=True,
                             capture_output=True).stdout
        self.public = der[-32:]

    def sign(self, seq, value, salt=b""):
        signed = (b"4:salt" + encode(salt) if salt else b"") + b"3:seqi%de1:v" % seq + value
        with tempfile.NamedTemporaryFile() as message:
            message.write(signed)
            message.flush()
            return subprocess.run(["openssl", "pkeyutl", "-sign", "-inkey", self.file, "-rawin", "-in", message.name],
                                  check=True, capture_output=True).stdout


class Peer:
    """A node of ours: answers queries, and remembers them."""

    def __init__(self, node, host="127.0.0.1", answers=True, node_id=None):
        self.node = node
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((host, 0))
        self.address = self.socket.getsockname()
        self.id = node_id or random.randbytes(20)
        self.answers = answers
        self.queries = []

    def send(self, message):
        self.socket.sendto(message if isinstance(message, bytes) else encode(message), self.node)

    def receive(self, transaction, seconds):
        """The answer with this transaction; queries on the way are answered."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.socket.settimeout(max(0.001, end - time.monotonic()))
            try:
                data = self.socket.recv(65536)
            except (socket.timeout, ConnectionError):
                continue
            message = decode(data)
            if message[b"y"] == b"q":
                self.queries.append(message)
                if self.answers:
                    reply = {"id": self.id}
                    if message[b"q"] != b"ping":
                        reply["nodes"] = b""
                    self.send({"t": message[b"t"], "y": "r", "r": reply})
            elif transaction is None or message[b"t"] == transaction:
                message[b"bytes"] = len(data)
                return message
        return None

    def ask(self, method, seconds=3, t=None, extra=None, **arguments):
        t = t or random.randbytes(2)
        arguments = {"id": self.id, **arguments}
        message = {"t": t, "y": "q", "q": method, "a": {k: v for k, v in arguments.items() if v is not NONE}}
        message.update(extra or {})
        sent = encode({k: v for k, v in message.items() if v is not NONE})
        self.send(sent)
        answer = self.receive(t, seconds)
        if answer is not None:
            answer[b"asked"] = len(sent)
        return answer

    def raw(self, data, t=b"aa", seconds=0.3):
        self.send(data)
        return self.receive(t, seconds)


class Probe:
    def __init__(self):
        self.failures = []
        self.count = 0

    def check(self, what, truth, seen=""):
        self.count += 1
        if not truth:
            self.failures.append(what)
            print("FAIL", what, seen)

    def error(self, what, answer, code):
        self.check(what, answer is not None and answer.get(b"y") == b"e" and answer[b"e"][0] == code
                   and isinstance(answer[b"e"][1], bytes), answer)

    def response(self, what, answer):
        good = answer is not None and answer.get(b"y") == b"r" and len(answer[b"r"].get(b"id", b"")) == 20
        self.check(what, good, answer)
        return answer[b"r"] if good else {}


def basics(probe, node, directory):
    """BEP 5."""
    peer = Peer(node)
    for t in (b"a", b"aa", b"\0", b"abcdefgh", random.randbytes(20)):
        answer = peer.ask("ping", t=t)
        probe.response("ping, transaction of %d bytes" % len(t), answer)
    probe.check("an answer names the version", answer and len(answer.get(b"v", b"")) >= 2, answer)
    probe.check("an answer names the asker's address (BEP 42)",
                answer and answer.get(b"ip") == socket.inet_aton(peer.address[0]) + struct.pack(">H", peer.address[1]),
                answer)
    own = answer[b"r"][b"id"]
    found = probe.response("find_node", peer.ask("find_node", target=random.randbytes(20)))
    probe.check("find_node gives nodes", len(found.get(b"nodes", b"x")) % 26 == 0, found)
    torrent = random.randbytes(20)
    none = probe.response("get_peers of nothing", peer.ask("get_peers", info_hash=torrent))
    probe.check("it gives a token and nodes", b"token" in none and b"nodes" in none and b"values" not in none, none)
    token = none.get(b"token", b"")
    probe.response("announce_peer", peer.ask("announce_peer", info_hash=torrent, port=7000, token=token))
    some = probe.response("get_peers of something", peer.ask("get_peers", info_hash=torrent))
    probe.check("the peer is there", some.get(b"values") == [socket.inet_aton("127.0.0.1") + struct.pack(">H", 7000)], some)
    probe.check("with nodes", b"nodes" in some, some)
    probe.response("announce_peer, implied_port",
                   peer.ask("announce_peer", info_hash=torrent, port=1, implied_port=1, token=token))
    some = probe.response("get_peers again", peer.ask("get_peers", info_hash=torrent))
    probe.check("the source's port is meant",
                socket.inet_aton("127.0.0.1") + struct.pack(">H", peer.address[1]) in some.get(b"values", []), some)
    implied = random.randbytes(20)
    token2 = peer.ask("get_peers", info_hash=implied)[b"r"][b"token"]
    probe.response("announce_peer, implied_port and port 0",
                   peer.ask("announce_peer", info_hash=implied, port=0, implied_port=1, token=token2))
    probe.response("announce_peer, implied_port without port",
                   peer.ask("announce_peer", info_hash=implied, implied_port=1, token=token2))
    for port in (0, -1, 65536, 1 << 62):
        probe.error("announce_peer of port %d" % port,
                    peer.ask("announce_peer", info_hash=torrent, port=port, token=token), 203)
    for name, bad in (("wrong", random.randbytes(len(token))), ("empty", b""), ("cut", token[:-1]),
                      ("long", random.randbytes(200)), ("another torrent's", token2)):
        probe.error("announce_peer with a token that is %s" % name,
                    peer.ask("announce_peer", info_hash=torrent, port=7001, token=bad), 203)
    other = Peer(node, host="127.0.0.2")
    probe.error("announce_peer with another host's token",
                other.ask("announce_peer", info_hash=torrent, port=7002, token=token), 203)
    probe.error("announce_peer without a token", peer.ask("announce_peer", info_hash=torrent, port=7000), 203)
    values = peer.ask("get_peers", info_hash=torrent)[b"r"].get(b"values", [])
    probe.check("what was refused is not stored", len(values) == 2, values)
    probe.error("an unknown method", peer.ask("frobnicate"), 204)
    probe.error("a method without a name", peer.ask(""), 204)
    near = peer.ask("frobnicate", target=random.randbytes(20))
    probe.check("an unknown method with a target is answered with nodes or error 204",
                near and (near[b"y"] == b"r" and b"nodes" in near[b"r"] or near[b"y"] == b"e" and near[b"e"][0] == 204), near)
    return own


def members(probe, node, directory):
    """Who gets into the routing table: BEP 5, 42, 43, and the port 0."""
    asker = Peer(node)

    def known():
        target = random.randbytes(20)
        nodes = asker.ask("find_node", target=target)[b"r"].get(b"nodes", b"")
        return {nodes[i:i + 26] for i in range(0, len(nodes), 26)}

    def settle(peer, seconds=1.0):
        peer.receive(b"none", seconds)

    reader = Peer(node, host="127.0.0.3")
    probe.response("a read-only node is answered (BEP 43)", reader.ask("find_node", target=reader.id, extra={"ro": 1}))
    settle(reader)
    probe.check("a read-only node is not asked anything", not reader.queries, reader.queries)
    silent = Peer(node, host="127.0.0.4", answers=False)
    silent.ask("find_node", target=silent.id)
    settle(silent)
    probe.check("a stranger is asked whether it exists", silent.queries)
    good = Peer(node, host="127.0.0.5")
    good.ask("find_node", target=good.id)
    settle(good)
    compact = {host[20:24] for host in known()}
    probe.check("who answered is a member", socket.inet_aton("127.0.0.5") in compact, compact)
    probe.check("who did not is none", socket.inet_aton("127.0.0.4") not in compact, compact)
    probe.check("a read-only node is none", socket.inet_aton("127.0.0.3") not in compact, compact)
    thief = Peer(node, host="127.0.0.6", node_id=good.id)
    thief.ask("ping")
    settle(thief)
    mine = [c for c in known() if c[:20] == good.id]
    probe.check("a known id keeps its address", all(c[20:24] == socket.inet_aton("127.0.0.5") for c in mine) and mine, mine)
    before = known()
    stranger = Peer(node, host="127.0.0.7", answers=False)
    for t in (b"aa", b"\0\0\0\0", random.randbytes(4)):
        stranger.send({"t": t, "y": "r", "r": {"id": stranger.id, "nodes": stranger.id + b"\x7f\0\0\x08\x1a\xe1"}})
        stranger.send({"t": t, "y": "e", "e": [201, "no"]})
    settle(stranger, 0.5)
    probe.check("answers nobody asked for change nothing", known() == before, (known(), before))
    probe.check("and are not answered", not stranger.queries)


def families(probe, node, directory):
    """BEP 32."""
    peer = Peer(node)
    for want, keys in (([], []), (["n4"], [b"nodes"]), (["n5", 7, ["n4"]], [])):
        found = probe.response("find_node, want %s" % want, peer.ask("find_node", target=random.randbytes(20), want=want))
        probe.check("want %s" % want, all(k in found for k in keys), found)
    found = probe.response("want n6 of a node of IPv4", peer.ask("find_node", target=peer.id, want=["n6"]))
    probe.check("it gives no nodes of IPv4", b"nodes" not in found, found)
    probe.error("want that is no list", peer.ask("find_node", target=peer.id, want="n4"), 203)


def bloom(hosts):
    bits = bytearray(256)
    for host in hosts:
        digest = hashlib.sha1(socket.inet_aton(host)).digest()
        for i in (0, 2):
            bit = (digest[i] | digest[i + 1] << 8) % 2048
            bits[bit // 8] |= 1 << bit % 8
    return bytes(bits)


def scrape(probe, node, directory):
    """BEP 33."""
    peer, seed = Peer(node, host="127.0.0.10"), Peer(node, host="127.0.0.11")
    torrent = random.randbytes(20)
    for who, is_seed in ((peer, 0), (seed, 1)):
        token = who.ask("get_peers", info_hash=torrent)[b"r"][b"token"]
        probe.response("announce_peer, seed %d" % is_seed,
                       who.ask("announce_peer", info_hash=torrent, port=7000, token=token, seed=is_seed))
    found = probe.response("get_peers, scrape", peer.ask("get_peers", info_hash=torrent, scrape=1))
    probe.check("BFsd has the seed", found.get(b"BFsd") == bloom(["127.0.0.11"]), found.get(b"BFsd"))
    probe.check("BFpe has the other", found.get(b"BFpe") == bloom(["127.0.0.10"]), found.get(b"BFpe"))
    found = probe.response("get_peers, noseed", peer.ask("get_peers", info_hash=torrent, noseed=1))
    probe.check("noseed leaves out the seed", [v[:4] for v in found.get(b"values", [])] == [socket.inet_aton("127.0.0.10")], found)


def items(probe, node, directory):
    """BEP 44."""
    peer = Peer(node)

    def token(target, who=peer):
        return who.ask("get", target=target)[b"r"][b"token"]

    value = encode("Hello World!")
    target = hashlib.sha1(value).digest()
    probe.check("the immutable vector's target", target.hex() == "e5f96f6f38320f0f33959cb4d3d656452117aadb")
    empty = probe.response("get of nothing", peer.ask("get", target=target))
    probe.check("it gives a token and nodes", b"token" in empty and b"nodes" in empty and b"v" not in empty, empty)
    probe.response("put, immutable", peer.ask("put", token=empty[b"token"], v="Hello World!"))
    got = probe.response("get, immutable", peer.ask("get", target=target))
    probe.check("the value", got.get(b"v") == b"Hello World!" and b"k" not in got, got)
    for other in (1, -5, [1, ["a"]], {"a": {"b": []}}, b""):
        target = hashlib.sha1(encode(other)).digest()
        probe.response("put of %r" % (other,), peer.ask("put", token=token(target), v=other))
        got = probe.response("get of %r" % (other,), peer.ask("get", target=target))
        probe.check("the value %r" % (other,), encode(got.get(b"v")) == encode(other), got)
    public = bytes.fromhex("77ff84905a91936367c01360803104f92432fcd904a43511876df5cdf3e7e548")
    vectors = (
        (b"", "4a533d47ec9c7d95b1ad75f576cffc641853b750",
         "305ac8aeb6c9c151fa120f120ea2cfb923564e11552d06a5d856091e5e853cff"
         "1260d3f39e4999684aa92eb73ffd136e6f4f3ecbfda0ce53a1608ecd7ae21f01"),
        (b"foobar", "411eba73b6f087ca51a3795d9c8c938d365e32c1",
         "6834284b6b24c3204eb2fea824d82f88883a3d95e8b4a21b8c0ded553d17d17d"
         "df9a8a7104b1258f30bed3787e6cb896fca78c58f8e03b5f18f14951a87d9a08"))
    for salt, where, signature in vectors:
        target = hashlib.sha1(public + salt).digest()
        probe.check("the vector's target", target.hex() == where)
        more = {"salt": salt} if salt else {}
        probe.response("put, vector %r" % salt, peer.ask(
            "put", token=token(target), v="Hello World!", k=public, seq=1, sig=bytes.fromhex(signature), **more))
        got = probe.response("get, vector %r" % salt, peer.ask("get", target=target))
        probe.check("all of it", got.get(b"v") == b"Hello World!" and got.get(b"k") == public and got.get(b"seq") == 1
                    and got.get(b"sig") == bytes.fromhex(signature) and b"salt" not in got, got)
    key = Key(directory)
    target = hashlib.sha1(key.public + b"s").digest()
    pass_ = token(target)

    def put(number, text, who=peer, shown=None, **changes):
        arguments = {"token": shown or pass_, "v": text, "k": key.public, "salt": b"s", "seq": number,
                     "sig": key.sign(number, encode(text), b"s"), **changes}
        return who.ask("put", **arguments)

    probe.response("put with a cas of nothing", put(5, "five", cas=77))
    probe.response("put of the same again", put(5, "five"))
    probe.error("put of a lower seq", put(4, "four"), 302)
    probe.error("put of another value under the same seq", put(5, "cinq"), 302)
    probe.error("put with a wrong cas", put(6, "six", cas=4), 301)
    probe.error("put with a wrong cas and a lower seq", put(4, "four", cas=3), 301)
    probe.response("put with the right cas", put(6, "six", cas=5))
    got = probe.response("get of the newest", peer.ask("get", target=target))
    probe.check("it is the newest", got.get(b"v") == b"six" and got.get(b"seq") == 6, got)
    for seq, has in ((5, True), (6, False), (7, False)):
        got = probe.response("get with seq %d" % seq, peer.ask("get", target=target, seq=seq))
        probe.check("value only if newer than %d" % seq, (b"v" in got) == has and got.get(b"seq") == 6
                    and has == (b"k" in got) == (b"sig" in got), got)
    probe.response("put of the highest seq", put((1 << 63) - 1, "last"))
    probe.error("put of a bad signature", put((1 << 63) - 1, "x", sig=random.randbytes(64)), 206)
    probe.error("put of another value's signature", put(8, "eight", sig=key.sign(8, encode("nine"), b"s")), 206)
    probe.error("put of a signature without the salt", put(8, "eight", sig=key.sign(8, encode("eight"))), 206)
    probe.error("put of a key that is no point", put(8, "eight", k=b"\xff" * 32,
                                                     shown=token(hashlib.sha1(b"\xff" * 32 + b"s").digest())), 206)
    probe.error("put of a salt of 65 bytes", put(8, "eight", salt=b"s" * 65), 207)
    long_salt = b"s" * 64
    where = hashlib.sha1(key.public + long_salt).digest()
    probe.response("put of a salt of 64 bytes",
                   put(1, "x", salt=long_salt, shown=token(where), sig=key.sign(1, encode("x"), long_salt)))
    for length in (996, 997, 1500, 1900, 3500):
        text = b"v" * length
        where = hashlib.sha1(encode(text)).digest()
        answer = peer.ask("put", token=token(where), v=text)
        if len(encode(text)) <= 1000:
            probe.response("put of %d bytes" % len(encode(text)), answer)
            got = probe.response("get of it", peer.ask("get", target=where))
            probe.check("the value of %d bytes" % len(encode(text)), got.get(b"v") == text, len(got.get(b"v", b"")))
        else:
            probe.error("put of %d bytes" % len(encode(text)), answer, 205)
    probe.error("put without a token", peer.ask("put", v="x"), 203)
    probe.error("put with a bad token", peer.ask("put", v="x", token=b"12345678"), 203)
    probe.error("put with another place's token", put(9, "nine", shown=token(random.randbytes(20))), 203)
    probe.error("put without a value", peer.ask("put", token=pass_), 203)
    for missing in ("sig", "seq"):
        probe.error("put with k, without %s" % missing, put(9, "nine", **{missing: NONE}), 203)
    for name, change in (("a short key", {"k": key.public[1:]}), ("a short signature", {"sig": b"x" * 63}),
                         ("seq as a string", {"seq": "9"}), ("cas as a string", {"cas": "9"}),
                         ("salt as an integer", {"salt": 9}), ("a negative seq", {"seq": -1})):
        probe.error("put with %s" % name, put(9, "nine", **change), 203)
    stranger = Peer(node, host="127.0.0.9", answers=False)
    big = hashlib.sha1(encode(b"v" * 996)).digest()
    answer = stranger.ask("get", target=big)
    probe.check("who has not shown its address gets at most 4 times its bytes",
                answer is not None and answer[b"bytes"] <= 4 * answer[b"asked"], answer)


def samples(probe, node, directory):
    """BEP 51."""
    peer = Peer(node)
    found = probe.response("sample_infohashes", peer.ask("sample_infohashes", target=random.randbytes(20)))
    hashes = found.get(b"samples", b"x")
    probe.check("samples, num, interval and nodes",
                len(hashes) % 20 == 0 and len(hashes) > 0 and found.get(b"num", 0) >= len(hashes) // 20
                and 0 <= found.get(b"interval", -1) <= 21600 and b"nodes" in found, found)
    probe.error("sample_infohashes without a target", peer.ask("sample_infohashes"), 203)


def malformed(probe, node, directory):
    """What is no message, or a bad one."""
    peer = Peer(node)
    full = encode({"t": "aa", "y": "q", "q": "get_peers", "a": {"id": peer.id, "info_hash": random.randbytes(20)}})
    for cut in range(len(full)):
        peer.send(full[:cut])
    for junk in (b"", b"\0", b"d", b"e", b"i1e", b"le", b"de", b"2:aa", b"d" * 500, b"l" * 1000, b"d1:a" * 300,
                 b"l" * 2000 + b"e" * 2000, full + b"x", full * 2, b"9999999999:a", b"d1:t99999999999999999999:", b"i" + b"9" * 1000 + b"e",
                 random.randbytes(1400), b"x" * 9000, b"d1:t-1:ae", b"d1:t2:aa1:y1:q1:q4:ping1:ai-0eee",
                 encode({"y": "q", "q": "ping", "a": {"id": peer.id}}), encode({"t": 5, "y": "q", "q": "ping", "a": {"id": peer.id}}),
                 encode({"t": "", "y": "q", "q": "ping", "a": {"id": peer.id}})):
        peer.send(junk)
    for _ in range(60):
        broken = bytearray(full)
        for _ in range(random.randrange(1, 4)):
            broken[random.randrange(len(broken))] = random.randrange(256)
        peer.send(bytes(broken))
    peer.receive(b"none", 0.5)
    probe.response("the node lives on", peer.ask("ping"))
    ok = {"id": peer.id}
    for name, message in (
            ("no y", {"t": "aa", "q": "ping", "a": ok}), ("y unknown", {"t": "aa", "y": "x", "q": "ping", "a": ok}),
            ("y an integer", {"t": "aa", "y": 1, "q": "ping", "a": ok}), ("y of two letters", {"t": "aa", "y": "qq", "q": "ping", "a": ok}),
            ("no q", {"t": "aa", "y": "q", "a": ok}), ("q an integer", {"t": "aa", "y": "q", "q": 1, "a": ok}),
            ("no a", {"t": "aa", "y": "q", "q": "ping"}), ("a a string", {"t": "aa", "y": "q", "q": "ping", "a": "x"}),
            ("a a list", {"t": "aa", "y": "q", "q": "ping", "a": []}), ("no id", {"t": "aa", "y": "q", "q": "ping", "a": {}}),
            ("a short id", {"t": "aa", "y": "q", "q": "ping", "a": {"id": b"x" * 19}}),
            ("a long id", {"t": "aa", "y": "q", "q": "ping", "a": {"id": b"x" * 21}}),
            ("an integer id", {"t": "aa", "y": "q", "q": "ping", "a": {"id": 1}}),
            ("no target", {"t": "aa", "y": "q", "q": "find_node", "a": ok}),
            ("a short target", {"t": "aa", "y": "q", "q": "find_node", "a": {**ok, "target": b"x"}}),
            ("no info_hash", {"t": "aa", "y": "q", "q": "get_peers", "a": ok}),
            ("an info_hash that is a list", {"t": "aa", "y": "q", "q": "get_peers", "a": {**ok, "info_hash": []}}),
            ("no port", {"t": "aa", "y": "q", "q": "announce_peer", "a": {**ok, "info_hash": peer.id, "token": "x"}}),
            ("a port that is a string", {"t": "aa", "y": "q", "q": "announce_peer", "a": {**ok, "info_hash": peer.id, "token": "x", "port": "1"}}),
            ("get without a target", {"t": "aa", "y": "q", "q": "get", "a": ok})):
        probe.error(name, peer.raw(encode(message), seconds=2), 203)
    for name, data in (("an answer", {"t": "aa", "y": "r", "r": ok}), ("an empty answer", {"t": "aa", "y": "r"}),
                       ("an error", {"t": "aa", "y": "e", "e": [201, "x"]}), ("an error that is none", {"t": "aa", "y": "e", "e": 1})):
        probe.check("%s is not answered" % name, peer.raw(encode(data)) is None)
    extra = {"t": "aa", "y": "q", "q": "ping", "a": {**ok, "zz": [1, {"a": "b"}]}, "v": "XX01", "ip": "abcdef", "zz": -3}
    probe.response("what is not known is passed over", peer.raw(encode(extra), seconds=2))
    unsorted_ = b"d1:y1:q1:t2:aa1:q4:ping1:ad2:id20:" + peer.id + b"ee"
    probe.response("keys out of order are read", peer.raw(unsorted_, seconds=2))
    answer = peer.ask("ping", t=b"t" * 64)
    probe.response("a transaction of 64 bytes", answer)
    peer.ask("ping", t=b"t" * 1000, seconds=0.3)
    probe.response("the node lives on after all that", peer.ask("ping"))


def main():
    program = None
    if sys.argv[1] == "--port":
        port = int(sys.argv[2])
    else:
        program = subprocess.Popen([sys.argv[1], "dht", "node", "--bind", "127.0.0.1", "--allow-local"],
                                   stdout=subprocess.PIPE, text=True)
        port = int(program.stdout.readline().split()[1])
        program.stdout.readline()
    probe = Probe()
    try:
        with tempfile.TemporaryDirectory() as directory:
            for part in (basics, members, families, scrape, items, samples, malformed):
                part(probe, ("127.0.0.1", port), directory)
                time.sleep(1)  # below the node's limits for one source
    finally:
        if program:
            program.send_signal(signal.SIGTERM)
            probe.check("the node ends when asked to", program.wait(10) == 0)
    print("%d checks, %d failed" % (probe.count, len(probe.failures)))
    return 1 if probe.failures else 0


if __name__ == "__main__":
    sys.exit(main())
