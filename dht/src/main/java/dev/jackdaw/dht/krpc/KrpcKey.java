package dev.jackdaw.dht.krpc;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The keys of KRPC's dictionaries that mean something.
enum KrpcKey {
    A("a"),
    E("e"),
    K("k"),
    Q("q"),
    R("r"),
    T("t"),
    V("v"),
    Y("y"),
    ID("id"),
    IP("ip"),
    RO("ro"),
    CAS("cas"),
    NUM("num"),
    SEQ("seq"),
    SIG("sig"),
    BFPE("BFpe"),
    BFSD("BFsd"),
    PORT("port"),
    SALT("salt"),
    SEED("seed"),
    WANT("want"),
    NODES("nodes"),
    TOKEN("token"),
    NODES6("nodes6"),
    NOSEED("noseed"),
    SCRAPE("scrape"),
    TARGET("target"),
    VALUES("values"),
    SAMPLES("samples"),
    INTERVAL("interval"),
    INFO_HASH("info_hash"),
    IMPLIED_PORT("implied_port");

    static final int COUNT = values().length;
    private static final KrpcKey[][] BY_LENGTH = byLength();

    /// As it stands in a dictionary, with its length: `2:id`.
    final byte[] encoded;

    private final byte[] name;

    KrpcKey(String name) {
        this.name = name.getBytes(StandardCharsets.US_ASCII);
        this.encoded = (name.length() + ":" + name).getBytes(StandardCharsets.US_ASCII);
    }

    /// The ordinal of the key that these bytes are, or -1.
    static int find(byte[] in, int at, int length) {
        if (length < BY_LENGTH.length) {
            for (KrpcKey key : BY_LENGTH[length]) {
                if (Arrays.equals(key.name, 0, length, in, at, at + length)) {
                    return key.ordinal();
                }
            }
        }
        return -1;
    }

    String text() {
        return new String(name, StandardCharsets.US_ASCII);
    }

    private static KrpcKey[][] byLength() {
        List<KrpcKey[]> result = new ArrayList<>();
        for (int length = 0; length <= 12; length++) {
            int wanted = length;
            result.add(Arrays.stream(values())
                    .filter(key -> key.name.length == wanted)
                    .toArray(KrpcKey[]::new));
        }
        return result.toArray(KrpcKey[][]::new);
    }
}
