package dev.jackdaw.peer.hostile;

import dev.jackdaw.protocol.wire.Handshake;
import dev.jackdaw.protocol.wire.MessageId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/// What a peer can say on a connection that no honest one would, by name.
final class WireAttacks {
    /// How often a thousand messages are repeated in a storm: a million in all with 1,000, which is a matter of
    /// minutes.
    private static final int STORM = Integer.getInteger("jackdaw.storm", 50);

    private WireAttacks() {}

    /// Does harm over a connection that is open and on which nothing was said yet.
    @FunctionalInterface
    interface Attack {
        void on(Wire wire, HostileTorrent torrent) throws IOException;
    }

    /// Every message id with every kind of length and content, after the handshakes.
    static Map<String, Attack> messages() {
        Map<String, Attack> attacks = new LinkedHashMap<>();
        for (int id = 0; id <= 24; id++) {
            int each = id;
            add(attacks, "id " + id + ", empty", torrent -> Wire.frame(each));
            add(
                    attacks,
                    "id " + id + ", a byte short",
                    torrent -> Wire.frame(each, new byte[length(each, torrent) - 1]));
            add(
                    attacks,
                    "id " + id + ", a byte long",
                    torrent -> Wire.frame(each, new byte[length(each, torrent) + 1]));
            add(attacks, "id " + id + ", out of range", torrent -> {
                byte[] payload = new byte[length(each, torrent)];
                Arrays.fill(payload, (byte) 0xff);
                return Wire.frame(each, payload);
            });
            add(attacks, "id " + id + ", says 2^32-1", torrent -> new byte[] {-1, -1, -1, -1, (byte) each});
            add(attacks, "id " + id + ", says 2^31-1", torrent -> new byte[] {0x7f, -1, -1, -1, (byte) each});
            add(attacks, "id " + id + ", 1 MiB", torrent -> Wire.frame(each, new byte[1 << 20]));
            add(attacks, "id " + id + ", 2,000 times", torrent -> {
                byte[] frame = Wire.frame(each, new byte[length(each, torrent)]);
                return repeat(2_000, frame);
            });
        }
        add(attacks, "id 255", torrent -> Wire.frame(255, new byte[100]));
        return attacks;
    }

    /// Beginnings that are no handshake, or not ours, or not all of one.
    static Map<String, Attack> handshakes() {
        Map<String, Attack> attacks = new LinkedHashMap<>();
        for (int cut : new int[] {0, 1, 19, 20, 28, 47, 48, 67}) {
            attacks.put(
                    "the first " + cut + " bytes",
                    (wire, torrent) -> wire.write(Arrays.copyOf(Wire.handshake(torrent.infoHash()), cut)));
        }
        attacks.put("another protocol", (wire, torrent) -> wire.write(bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n")));
        attacks.put("a protocol name of 255 bytes", (wire, torrent) -> {
            byte[] handshake = Wire.handshake(torrent.infoHash());
            handshake[0] = -1;
            wire.write(handshake);
        });
        attacks.put("a name with one wrong letter", (wire, torrent) -> {
            byte[] handshake = Wire.handshake(torrent.infoHash());
            handshake[5] ^= 0x20;
            wire.write(handshake);
        });
        attacks.put("another torrent", (wire, torrent) -> {
            byte[] handshake = Wire.handshake(torrent.infoHash());
            handshake[30] ^= 1;
            wire.write(handshake);
        });
        attacks.put("messages instead", (wire, torrent) -> wire.write(repeat(100, Wire.frame(MessageId.INTERESTED))));
        attacks.put("a request for a block before the handshake ends", (wire, torrent) -> {
            wire.write(Arrays.copyOf(Wire.handshake(torrent.infoHash()), 48));
            wire.write(Wire.frame(MessageId.INTERESTED), Wire.frame(MessageId.REQUEST, 0, 0, 16 << 10));
        });
        attacks.put("the handshake twice", (wire, torrent) -> {
            byte[] handshake = Wire.handshake(torrent.infoHash());
            wire.write(handshake, handshake);
        });
        attacks.put("1 MiB of noise", (wire, torrent) -> {
            byte[] noise = new byte[1 << 20];
            new Random(3).nextBytes(noise);
            wire.write(noise);
        });
        attacks.put("all reserved bits", (wire, torrent) -> {
            byte[] handshake = Wire.handshake(torrent.infoHash());
            Arrays.fill(handshake, Handshake.LENGTH - 48, Handshake.LENGTH - 40, (byte) 0xff);
            wire.write(handshake);
        });
        return attacks;
    }

    /// Floods and bombs, after the handshakes.
    static Map<String, Attack> floods() {
        Map<String, Attack> attacks = new LinkedHashMap<>();
        add(attacks, "a bitfield a byte short", torrent -> Wire.frame(MessageId.BITFIELD, new byte[bitfield(torrent) - 1]));
        add(attacks, "a bitfield a byte long", torrent -> Wire.frame(MessageId.BITFIELD, new byte[bitfield(torrent) + 1]));
        add(attacks, "a bitfield with spare bits", torrent -> {
            byte[] bits = new byte[bitfield(torrent)];
            bits[bits.length - 1] = 1;
            return Wire.frame(MessageId.BITFIELD, bits);
        });
        add(attacks, "two bitfields", torrent -> repeat(2, Wire.frame(MessageId.BITFIELD, new byte[bitfield(torrent)])));
        add(
                attacks,
                "20,000 bitfields",
                torrent -> repeat(20_000, Wire.frame(MessageId.BITFIELD, new byte[bitfield(torrent)])));
        for (int[] range : new int[][] {
            {0, 0, 0},
            {0, 0, 1 << 30},
            {0, 0, -1},
            {0, -1, 16 << 10},
            {0, Integer.MAX_VALUE, 16 << 10},
            {0, Integer.MIN_VALUE, 16 << 10},
            {-1, 0, 16 << 10},
            {Integer.MAX_VALUE, 0, 16 << 10},
            {0, 1, Integer.MAX_VALUE},
            {0, 0, (128 << 10) + 1}
        }) {
            attacks.put("a request for " + Arrays.toString(range), (wire, torrent) -> {
                wire.write(Wire.frame(MessageId.INTERESTED));
                wire.await(MessageId.UNCHOKE, java.time.Duration.ofSeconds(5));
                wire.write(Wire.frame(MessageId.REQUEST, range[0], range[1], range[2]));
                if (wire.await(MessageId.PIECE, java.time.Duration.ofMillis(300)).isPresent()) {
                    throw new AssertionError("bytes served for " + Arrays.toString(range));
                }
            });
        }
        storm(attacks, "a storm of requests, never read", torrent -> Wire.frame(MessageId.INTERESTED), torrent -> {
            byte[] some = IntStream.range(0, 1_000)
                    .mapToObj(i -> Wire.frame(MessageId.REQUEST, i % torrent.pieces(), 0, 16 << 10))
                    .reduce(new byte[0], WireAttacks::join);
            return some;
        });
        storm(attacks, "a storm of cancels", torrent -> Wire.frame(MessageId.INTERESTED), torrent -> {
            byte[] requests = IntStream.range(0, 500)
                    .mapToObj(i -> Wire.frame(MessageId.REQUEST, i % torrent.pieces(), 0, 16 << 10))
                    .reduce(new byte[0], WireAttacks::join);
            byte[] cancels = IntStream.range(0, 500)
                    .mapToObj(i -> Wire.frame(MessageId.CANCEL, i % torrent.pieces(), 1, 16 << 10))
                    .reduce(new byte[0], WireAttacks::join);
            return join(requests, cancels);
        });
        storm(
                attacks,
                "a storm of changes of interest",
                torrent -> new byte[0],
                torrent -> repeat(500, join(Wire.frame(MessageId.INTERESTED), Wire.frame(MessageId.NOT_INTERESTED))));
        storm(
                attacks,
                "a storm of chokes and unchokes",
                torrent -> Wire.frame(MessageId.HAVE_ALL),
                torrent -> repeat(500, join(Wire.frame(MessageId.UNCHOKE), Wire.frame(MessageId.CHOKE))));
        storm(
                attacks,
                "a storm of haves",
                torrent -> new byte[0],
                torrent -> IntStream.range(0, 1_000)
                        .mapToObj(i -> Wire.frame(MessageId.HAVE, i % torrent.pieces()))
                        .reduce(new byte[0], WireAttacks::join));
        storm(attacks, "a storm of keep-alives", torrent -> new byte[0], torrent -> new byte[4_000]);
        storm(
                attacks,
                "a storm of allowed fast",
                torrent -> Wire.frame(MessageId.HAVE_ALL),
                torrent -> repeat(1_000, Wire.frame(MessageId.ALLOWED_FAST, 0)));
        storm(
                attacks,
                "a storm of rejects",
                torrent -> Wire.frame(MessageId.HAVE_ALL),
                torrent -> repeat(1_000, Wire.frame(MessageId.REJECT, 0, 0, 16 << 10)));
        storm(
                attacks,
                "a storm of suggestions",
                torrent -> Wire.frame(MessageId.HAVE_ALL),
                torrent -> repeat(1_000, Wire.frame(MessageId.SUGGEST, 1)));
        storm(
                attacks,
                "a storm of ports",
                torrent -> new byte[0],
                torrent -> repeat(1_000, Wire.frame(MessageId.PORT, (byte) 0x1a, (byte) 0xe1)));
        storm(
                attacks,
                "a storm of unknown messages",
                torrent -> new byte[0],
                torrent -> repeat(1_000, Wire.frame(77, new byte[3])));
        add(attacks, "a handshake that is 60 KiB deep", torrent -> Wire.extensionHandshake("l".repeat(60 << 10)));
        add(
                attacks,
                "a handshake of 60 KiB of nested dictionaries",
                torrent -> Wire.extensionHandshake("d1:a".repeat(15 << 10)));
        add(attacks, "a handshake with 5,000 extensions", torrent -> {
            StringBuilder text = new StringBuilder("d1:md");
            IntStream.range(0, 5_000).forEach(i -> text.append(String.format("5:x%04di%de", i, i % 255 + 1)));
            return Wire.extensionHandshake(text + "ee");
        });
        add(
                attacks,
                "a handshake of 1 MiB",
                torrent -> Wire.extensionHandshake("d1:v1048000:" + "A".repeat(1_048_000) + "e"));
        add(
                attacks,
                "a handshake of 16 MiB",
                torrent -> Wire.extensionHandshake("d1:v16777000:" + "A".repeat(16_777_000) + "e"));
        add(
                attacks,
                "a handshake with absurd numbers",
                torrent -> Wire.extensionHandshake(
                        "d1:md11:ut_metadatai-1e6:ut_pexi99999999999999999999ee13:metadata_sizei-5e4:reqqi-1e1:pi99999ee"));
        add(
                attacks,
                "a handshake whose string is longer than it",
                torrent -> Wire.extensionHandshake("d1:v2147483647:Ae"));
        storm(
                attacks,
                "a storm of handshakes",
                torrent -> new byte[0],
                torrent -> repeat(100, Wire.extensionHandshake("d1:md11:ut_metadatai1e6:ut_pexi2eee")));
        add(
                attacks,
                "100 KiB of contacts in one message",
                torrent -> Wire.extended(
                        localId(Wire.PEX_NAME),
                        bytes("d5:added60000:" + "\u0001\u0002\u0003\u0004\u001a\u0001".repeat(10_000) + "e")));
        storm(attacks, "a storm of contacts", torrent -> Wire.extensionHandshake("d1:md6:ut_pexi2eee"), torrent -> {
            byte[] contacts = Wire.extended(
                    localId(Wire.PEX_NAME),
                    bytes("d5:added300:" + "\u0001\u0002\u0003\u0004\u001a\u0001".repeat(50) + "e"));
            return repeat(100, contacts);
        });
        storm(
                attacks,
                "a storm of requests for metadata, never read",
                torrent -> Wire.extensionHandshake("d1:md11:ut_metadatai3eee"),
                torrent ->
                        repeat(1_000, Wire.extended(localId(Wire.METADATA_NAME), bytes("d8:msg_typei0e5:piecei0ee"))));
        add(
                attacks,
                "a metadata request for piece 2^31-1",
                torrent -> Wire.extended(localId(Wire.METADATA_NAME), bytes("d8:msg_typei0e5:piecei2147483647ee")));
        attacks.put("requests for everything, a byte read a second", (wire, torrent) -> {
            wire.write(Wire.frame(MessageId.INTERESTED));
            for (int piece = 0; piece < torrent.pieces(); piece++) {
                wire.write(Wire.frame(MessageId.REQUEST, piece, 0, 16 << 10));
            }
        });
        attacks.put("most of a message of each kind, and no more", (wire, torrent) -> {
            byte[] frame = Wire.frame(MessageId.EXTENDED, new byte[64 << 10]);
            wire.write(Arrays.copyOf(frame, frame.length - 1));
        });
        return attacks;
    }

    /// What later specifications allow, to one that does not take part, and extensions out of their order.
    static Map<String, Attack> extensions() {
        Map<String, Attack> attacks = new LinkedHashMap<>();
        for (int id = 21; id <= 23; id++) { // BEP 52: hash request, hashes, hash reject
            int each = id;
            storm(
                    attacks,
                    "a storm of hash messages, id " + id,
                    torrent -> new byte[0],
                    torrent -> repeat(1_000, Wire.frame(each, new byte[48])));
        }
        storm(
                attacks,
                "extensions that nobody announced",
                torrent -> new byte[0],
                torrent -> IntStream.range(0, 1_000)
                        .mapToObj(i -> Wire.extended(5 + i % 251, new byte[i % 60]))
                        .reduce(new byte[0], WireAttacks::join));
        add(attacks, "an extended message without an id", torrent -> Wire.frame(MessageId.EXTENDED));
        add(attacks, "an extension handshake that is no dictionary", torrent -> Wire.extensionHandshake("4:spam"));
        storm(attacks, "pieces that come and go", torrent -> new byte[0], torrent -> {
            byte[] have = Wire.frame(MessageId.HAVE, 1);
            byte[] gone = Wire.extended(localId(Wire.DONT_HAVE_NAME), new byte[] {0, 0, 0, 1});
            return repeat(500, join(have, gone));
        });
        storm(
                attacks,
                "pieces gone that never were",
                torrent -> Wire.frame(MessageId.HAVE_ALL),
                torrent -> repeat(1_000, Wire.extended(localId(Wire.DONT_HAVE_NAME), new byte[] {0x7f, -1, -1, -1})));
        storm(
                attacks,
                "a wish to upload only, and not",
                torrent -> Wire.frame(MessageId.HAVE_ALL),
                torrent -> repeat(
                        50,
                        join(
                                Wire.extensionHandshake("d11:upload_onlyi1ee"),
                                Wire.extensionHandshake("d11:upload_onlyi0ee"))));
        storm(
                attacks,
                "an extension taken back and offered again",
                torrent -> new byte[0],
                torrent -> repeat(
                        50,
                        join(
                                Wire.extensionHandshake("d1:md11:ut_metadatai0e6:ut_pexi0eee"),
                                Wire.extensionHandshake("d1:md11:ut_metadatai1e6:ut_pexi2eee"))));
        storm(
                attacks,
                "pieces of metadata that nobody asked for",
                torrent -> Wire.extensionHandshake("d1:md11:ut_metadatai3ee13:metadata_sizei2000000ee"),
                torrent -> repeat(
                        20,
                        Wire.extended(
                                localId(Wire.METADATA_NAME),
                                bytes("d8:msg_typei1e5:piecei0e10:total_sizei2147483647ee" + "x".repeat(16 << 10)))));
        for (int type = 0; type <= 3; type++) {
            byte each = (byte) type;
            storm(
                    attacks,
                    "a storm of holepunch messages, type " + type,
                    torrent -> Wire.extensionHandshake("d1:md12:ut_holepunchi4eee"),
                    torrent -> repeat(1_000, Wire.extended(localId(Wire.HOLEPUNCH_NAME), new byte[] {
                        each, 0, 127, 0, 0, 1, 0, 9, 0, 0, 0, 0
                    })));
        }
        storm(
                attacks,
                "what may be asked for while choked, asked for without end",
                torrent -> new byte[0],
                torrent -> IntStream.range(0, 1_000)
                        .mapToObj(i -> Wire.frame(MessageId.REQUEST, i % torrent.pieces(), 0, 16 << 10))
                        .reduce(new byte[0], WireAttacks::join));
        return attacks;
    }

    static int localId(String extension) {
        return dev.jackdaw.protocol.wire.Extension.offer(
                        java.util.EnumSet.allOf(dev.jackdaw.protocol.wire.Extension.class))
                .entrySet()
                .stream()
                .filter(entry -> entry.getKey().wireName().equals(extension))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    /// The length of an honest payload of that id.
    private static int length(int id, HostileTorrent torrent) {
        return switch (id) {
            case MessageId.HAVE, MessageId.SUGGEST, MessageId.ALLOWED_FAST -> 4;
            case MessageId.BITFIELD -> bitfield(torrent);
            case MessageId.REQUEST, MessageId.CANCEL, MessageId.REJECT -> 12;
            case MessageId.PIECE -> 8 + (16 << 10);
            case MessageId.PORT -> 2;
            case MessageId.EXTENDED -> 20;
            default -> 1;
        };
    }

    private static int bitfield(HostileTorrent torrent) {
        return (torrent.pieces() + 7) / 8;
    }

    private interface Bytes {
        byte[] of(HostileTorrent torrent);
    }

    private static void add(Map<String, Attack> attacks, String name, Bytes bytes) {
        attacks.put(name, (wire, torrent) -> wire.write(bytes.of(torrent)));
    }

    /// Sends some bytes, and then others many times, as long as the other side lets it.
    private static void storm(Map<String, Attack> attacks, String name, Bytes first, Bytes then) {
        attacks.put(name, (wire, torrent) -> {
            wire.write(first.of(torrent));
            byte[] again = then.of(torrent);
            for (int i = 0; i < STORM; i++) {
                wire.write(again);
            }
        });
    }

    private static byte[] repeat(int times, byte[] bytes) {
        ByteBuffer all = ByteBuffer.allocate(times * bytes.length);
        for (int i = 0; i < times; i++) {
            all.put(bytes);
        }
        return all.array();
    }

    private static byte[] join(byte[] one, byte[] other) {
        return ByteBuffer.allocate(one.length + other.length)
                .put(one)
                .put(other)
                .array();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
