package dev.jackdaw.dht.krpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.dht.NodeId;
import dev.jackdaw.dht.krpc.KrpcMessage.Malformed;
import dev.jackdaw.dht.krpc.KrpcMessage.Ping;
import dev.jackdaw.dht.krpc.KrpcMessage.Query;
import dev.jackdaw.dht.krpc.KrpcMessage.Response;
import dev.jackdaw.dht.krpc.KrpcMessage.UnknownAbout;
import dev.jackdaw.protocol.PeerAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KrpcCodecTest {
    private static final String ID = "2:id20:abcdefghij0123456789";
    private final KrpcDecoder decoder = new KrpcDecoder();
    private final KrpcEncoder encoder = new KrpcEncoder();

    /// The packets of BEP 5 and 44, which come out as they went in, but for our version.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe",
                "d1:rd2:id20:mnopqrstuvwxyz123456e1:t2:aa1:y1:re",
                "d1:ad2:id20:abcdefghij01234567896:target20:mnopqrstuvwxyz123456e1:q9:find_node1:t2:aa1:y1:qe",
                "d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz123456e1:q9:get_peers1:t2:aa1:y1:qe",
                "d1:rd2:id20:abcdefghij01234567895:token8:aoeusnth6:valuesl6:axje.u6:idhtnmee1:t2:aa1:y1:re",
                "d1:ad2:id20:abcdefghij012345678912:implied_porti1e9:info_hash20:mnopqrstuvwxyz1234564:porti0e"
                        + "5:token8:aoeusnthe1:q13:announce_peer1:t2:aa1:y1:qe",
                "d1:eli201e23:A Generic Error Ocurrede1:t2:aa1:y1:ee",
                "d1:ad2:id20:abcdefghij01234567893:seqi4e6:target20:mnopqrstuvwxyz1234564:wantl2:n42:n6ee1:q3:get"
                        + "2:roi1e1:t2:aa1:y1:qe",
                "d1:rd2:id20:abcdefghij01234567898:intervali60e5:nodes0:3:numi1e7:samples20:mnopqrstuvwxyz123456e"
                        + "1:t2:aa1:y1:re"
            })
    void packetsOfTheSpecification(String packet) {
        KrpcMessage message = decode(packet);

        int length = encoder.encode(message);

        String ours = packet.replace("1:t2:aa", "1:t2:aa1:v4:JD01");
        assertEquals(ours, new String(encoder.bytes(), 0, length, StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "203|d1:q4:ping1:t2:aa1:y1:qe",
                "203|d1:a4:ping1:q4:ping1:t2:aa1:y1:qe",
                "203|d1:ade1:q4:ping1:t2:aa1:y1:qe",
                "203|d1:ad2:id19:abcdefghij012345678e1:q4:ping1:t2:aa1:y1:qe",
                "203|d1:ad2:idi5ee1:q4:ping1:t2:aa1:y1:qe",
                "203|d1:ad2:id20:abcdefghij0123456789e1:t2:aa1:y1:qe",
                "203|d1:ad2:id20:abcdefghij0123456789e1:qi1e1:t2:aa1:y1:qe",
                "203|d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:xe",
                "203|d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aae",
                "203|d1:ad2:id20:abcdefghij0123456789e1:q9:find_node1:t2:aa1:y1:qe",
                "203|d1:ad2:id20:abcdefghij01234567896:target3:abce1:q9:find_node1:t2:aa1:y1:qe",
                "204|d1:ad2:id20:abcdefghij0123456789e1:q4:vote1:t2:aa1:y1:qe",
                "203|d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz1234564:porti0e5:token1:xe"
                        + "1:q13:announce_peer1:t2:aa1:y1:qe",
                "203|d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz1234564:porti65536e5:token1:xe"
                        + "1:q13:announce_peer1:t2:aa1:y1:qe",
                "203|d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz1234564:porti1ee"
                        + "1:q13:announce_peer1:t2:aa1:y1:qe",
                "203|d1:ad2:id20:abcdefghij01234567891:k32:abcdefghij0123456789abcdefghij015:token1:x1:v1:xe"
                        + "1:q3:put1:t2:aa1:y1:qe"
            })
    void badQueriesAreRefusedWithTheirCode(int code, String packet) {
        Malformed malformed = assertInstanceOf(Malformed.class, decode(packet));

        assertEquals(code, malformed.code());
        assertTrue(malformed.isAnswerable());
        assertArrayEquals(new byte[] {'a', 'a'}, malformed.transaction());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "d",
                "le",
                "i1e",
                "d1:t2:aa1:y1:re",
                "d1:rde1:t2:aa1:y1:re",
                "d1:rd2:id19:abcdefghij012345678e1:t2:aa1:y1:re",
                "d1:rd" + ID + "5:nodes3:abce1:t2:aa1:y1:re",
                "d1:e3:abc1:t2:aa1:y1:ee",
                "d1:ele1:t2:aa1:y1:ee",
                "d1:ad" + ID + "e1:q4:ping1:y1:qe",
                "d1:ad" + ID + "e1:q4:ping1:t0:1:y1:qe",
                "d1:ad" + ID + "e1:q4:ping1:t2:aa1:t2:bb1:y1:qe",
                "d1:ad" + ID + "e1:ad" + ID + "e1:q4:ping1:t2:aa1:y1:qe",
                "d1:ad" + ID + "e1:q4:ping1:t2:aa1:y1:qex",
                "d1:ad" + ID + "e1:q04:ping1:t2:aa1:y1:qe",
                "d1:ad" + ID + "e1:q4:ping1:t2:aa1:xi01e1:y1:qe",
                "d1:ad" + ID + "e1:q4:ping1:t99999999999:aa1:y1:qe"
            })
    void whatIsNoQueryWithATransactionIsNotAnswered(String packet) {
        Malformed malformed = assertInstanceOf(Malformed.class, decode(packet));

        assertFalse(malformed.isAnswerable(), packet);
    }

    @Test
    void valuesAndSaltsThatAreTooBigHaveTheirOwnErrors() {
        String value = "1001:" + "x".repeat(996);
        String big = "d1:ad" + ID + "5:token1:t1:v" + "997:" + "x".repeat(997) + "e1:q3:put1:t2:aa1:y1:qe";
        String salted = "d1:ad" + ID + "1:k32:" + "k".repeat(32) + "4:salt65:" + "s".repeat(65) + "3:seqi1e3:sig64:"
                + "s".repeat(64) + "5:token1:t1:v1:xe1:q3:put1:t2:aa1:y1:qe";

        assertEquals(205, assertInstanceOf(Malformed.class, decode(big)).code(), value);
        assertEquals(207, assertInstanceOf(Malformed.class, decode(salted)).code());
    }

    @Test
    void keysInAnyOrderAreReadAndUnknownOnesPassedOver() {
        KrpcMessage message = decode("d1:y1:q1:t2:aa1:q4:ping2:zzld1:xi-3eee1:ad" + ID + "1:zdeee");

        assertInstanceOf(Ping.class, assertInstanceOf(Query.class, message).request());
    }

    @Test
    void anUnknownQueryWithATargetIsAboutThatTarget() {
        KrpcMessage message = decode("d1:ad" + ID + "6:target20:mnopqrstuvwxyz123456e1:q4:vote1:t2:aa1:y1:qe");

        Query query = assertInstanceOf(Query.class, message);
        NodeId target = NodeId.of("mnopqrstuvwxyz123456".getBytes(StandardCharsets.US_ASCII));
        assertEquals(new UnknownAbout(target, 0), query.request());
    }

    @Test
    void theLengthOfABareResponseIsKnownAhead() {
        for (String address : new String[] {"4", "6"}) {
            PeerAddress recipient = address.equals("4")
                    ? new PeerAddress(0, 0x01020304L, false, 6881)
                    : new PeerAddress(0x2001_0000_0000_0000L, 1, true, 6881);
            for (int length : new int[] {1, 2, 9, 10, 64}) {
                Response response = Response.bare(new byte[length], NodeId.random(new SplittableRandom(1)), recipient);
                assertEquals(encoder.encode(response), KrpcEncoder.bareResponseLength(length, recipient.v6()));
            }
        }
    }

    @Test
    void mutatedPacketsNeverDoMoreThanBeingMalformed() {
        SplittableRandom random = new SplittableRandom(9);
        byte[] packet = ("d1:ad" + ID + "1:k32:" + "k".repeat(32) + "4:salt6:foobar3:seqi1e3:sig64:" + "s".repeat(64)
                        + "5:token8:aoeusnth1:vd1:ai5e1:bl1:xeee1:q3:put1:t2:aa1:y1:qe")
                .getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < 200_000; i++) {
            byte[] mutant =
                    Arrays.copyOf(packet, random.nextInt(4) == 0 ? random.nextInt(packet.length) : packet.length);
            for (int changes = random.nextInt(4); changes > 0 && mutant.length > 0; changes--) {
                mutant[random.nextInt(mutant.length)] = (byte) "deil0123456789:".charAt(random.nextInt(15));
            }
            decoder.decode(mutant, mutant.length);
        }
        byte[] deep = new byte[2048];
        Arrays.fill(deep, (byte) 'l');
        assertInstanceOf(Malformed.class, decoder.decode(deep, deep.length));
    }

    private KrpcMessage decode(String packet) {
        byte[] bytes = packet.getBytes(StandardCharsets.ISO_8859_1);
        return decoder.decode(bytes, bytes.length);
    }
}
