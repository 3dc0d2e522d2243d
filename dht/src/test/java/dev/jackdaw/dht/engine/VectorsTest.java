package dev.jackdaw.dht.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.dht.DhtItem;
import dev.jackdaw.dht.NodeId;
import dev.jackdaw.protocol.PeerAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The test vectors of the specifications.
class VectorsTest {
    private static final byte[] NONE = {};
    private static final byte[] KEY =
            HexFormat.of().parseHex("77ff84905a91936367c01360803104f92432fcd904a43511876df5cdf3e7e548");
    private static final byte[] HELLO = "12:Hello World!".getBytes(StandardCharsets.US_ASCII);

    @ParameterizedTest
    @CsvSource({
        "124.31.75.21, 5fbfbff10c5d6a4ec8a88e4c6ab4c28b95eee401",
        "21.75.31.124, 5a3ce9c14e7a08645677bbd1cfe7d8f956d53256",
        "65.23.51.170, a5d43220bc8f112a3d426c84764f8c2a1150e616",
        "84.124.73.14, 1b0321dd1bb1fe518101ceef99462b947a01ff41",
        "43.213.53.83, e56f6cbf5b7c4be0237986d5243b87aa6d51305a"
    })
    void idsOfAddresses(String host, String id) throws Exception {
        PeerAddress address =
                PeerAddress.of(java.net.InetAddress.getByName(host).getAddress(), 6881);
        NodeId secure = NodeId.ofHex(id);

        assertTrue(AddressRules.isSecure(secure, address));
        assertFalse(AddressRules.isSecure(new NodeId(~secure.high(), secure.middle(), secure.low()), address));
        assertTrue(AddressRules.isSecure(AddressRules.secureId(address, new SplittableRandom(1)), address));
    }

    @Test
    void bloomFilterOfTheSpecification() throws Exception {
        BloomFilter filter = new BloomFilter();
        for (int i = 0; i <= 255; i++) {
            filter.add(new byte[] {(byte) 192, 0, 2, (byte) i});
        }
        for (int i = 0; i <= 0x3e7; i++) {
            byte[] host = java.net.InetAddress.getByName("2001:db8::").getAddress();
            host[14] = (byte) (i >> 8);
            host[15] = (byte) i;
            filter.add(host);
        }

        String hex = HexFormat.of().withUpperCase().formatHex(filter.toBytes());
        assertTrue(hex.startsWith("F6C3F5EAA07FFD91BDE89F777F26FB2BFF37BDB8FB2BBAA2FD3DDDE7BACFFF75"), hex);
        assertTrue(hex.endsWith("ADFEE1FB737FFFFBFD9F6AEFFEEE76B6FD8F72EF"), hex);
        assertEquals(1224.9308, filter.estimate(), 0.0001);
        assertEquals(0, new BloomFilter().estimate());
    }

    @Test
    void mutableItem() {
        var item = mutable(
                NONE,
                "305ac8aeb6c9c151fa120f120ea2cfb923564e11552d06a5d856091e5e853cff"
                        + "1260d3f39e4999684aa92eb73ffd136e6f4f3ecbfda0ce53a1608ecd7ae21f01");

        assertEquals("4a533d47ec9c7d95b1ad75f576cffc641853b750", item.target().hex());
        assertTrue(item.isSigned());
        assertFalse(item.withSalt(new byte[] {1}).isSigned());
    }

    @Test
    void mutableItemWithSalt() {
        var item = mutable(
                "foobar".getBytes(StandardCharsets.US_ASCII),
                "6834284b6b24c3204eb2fea824d82f88883a3d95e8b4a21b8c0ded553d17d17d"
                        + "df9a8a7104b1258f30bed3787e6cb896fca78c58f8e03b5f18f14951a87d9a08");

        assertEquals("411eba73b6f087ca51a3795d9c8c938d365e32c1", item.target().hex());
        assertTrue(item.isSigned());
    }

    @Test
    void immutableItem() {
        assertEquals(
                "e5f96f6f38320f0f33959cb4d3d656452117aadb",
                new DhtItem.Immutable(HELLO).target().hex());
    }

    @Test
    void noneOfAMillionForgedTokensIsGood() {
        SplittableRandom random = new SplittableRandom(3);
        WriteTokens tokens = new WriteTokens(random);
        PeerAddress host = new PeerAddress(0, 0x01020304L, false, 1);
        NodeId target = NodeId.random(random);
        byte[] forged = new byte[WriteTokens.LENGTH];
        for (int i = 0; i < 1_000_000; i++) {
            random.nextBytes(forged);
            assertFalse(tokens.accepts(forged, host, target, 0));
        }
        long minute = 60_000_000_000L;
        byte[] issued = tokens.issue(host, target, 0);
        assertTrue(tokens.accepts(issued, host.withPort(99), target, 5 * minute));
        assertFalse(tokens.accepts(issued, host, target, 10 * minute), "too old");
        assertFalse(tokens.accepts(issued, host, NodeId.random(random), 0), "another target");
        assertFalse(tokens.accepts(issued, new PeerAddress(0, 0x01020305L, false, 1), target, 0), "another host");
    }

    private static DhtItem.Mutable mutable(byte[] salt, String signature) {
        return new DhtItem.Mutable(KEY, salt, 1, HexFormat.of().parseHex(signature), HELLO);
    }
}
