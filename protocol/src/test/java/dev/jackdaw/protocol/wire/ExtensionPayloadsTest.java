package dev.jackdaw.protocol.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.wire.PexMessage.Contact;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExtensionPayloadsTest {
    private static final PeerAddress V4 = PeerAddress.of(new byte[] {10, 0, 0, 1}, 6881);
    private static final PeerAddress V6 =
            PeerAddress.of(HexFormat.of().parseHex("20010db8000000000000000000000001"), 6882);
    private static final ExtensionHandshake FULL = new ExtensionHandshake(
            Extension.offer(List.of(Extension.values())),
            Optional.of("Jackdaw 0.1"),
            OptionalInt.of(6881),
            OptionalInt.of(500),
            Optional.of(new byte[] {1, 2, 3, 4}),
            Optional.empty(),
            Optional.of(new byte[16]),
            OptionalInt.of(31_337),
            true);

    @Test
    void theHandshakeIsReadAsOtherClientsWriteIt() throws ProtocolException {
        var handshake = handshake(
                "d12:complete_agoi1e1:md11:ut_metadatai3e6:ut_pexi0e5:xyzzyi9ee13:metadata_sizei31235e"
                        + "1:pi6881e4:reqqi2000e11:upload_onlyi1e1:v13:\u00c2\u00b5Torrent 1.26:yourip4:\u007f\u0000\u0000\u0001e");
        assertEquals(OptionalInt.of(3), handshake.id(Extension.METADATA));
        assertEquals(OptionalInt.empty(), handshake.id(Extension.PEX));
        assertTrue(handshake.ids().containsKey(Extension.PEX));
        assertFalse(handshake.ids().containsKey(Extension.HOLEPUNCH));
        assertEquals(OptionalInt.of(31_235), handshake.metadataSize());
        assertEquals(OptionalInt.of(6881), handshake.listenPort());
        assertEquals(OptionalInt.of(2000), handshake.maxRequests());
        assertEquals(Optional.of("µTorrent 1.2"), handshake.client());
        assertArrayEquals(new byte[] {127, 0, 0, 1}, handshake.yourIp().orElseThrow());
        assertTrue(handshake.uploadOnly());
    }

    @Test
    void theHandshakeComesBackAsItWasWritten() throws ProtocolException {
        assertArrayEquals(FULL.write(), ExtensionHandshake.read(FULL.write()).write());
        assertEquals(FULL.ids(), ExtensionHandshake.read(FULL.write()).ids());
    }

    @Test
    void whatIsOptionalInAHandshakeIsLeftOutWhenItMakesNoSense() throws ProtocolException {
        var handshake = handshake("d1:md11:ut_metadatai256e6:ut_pex1:xe13:metadata_sizei-5e1:pi65536e4:reqqi99999999e"
                + "1:vi1e6:yourip5:12345e");
        assertTrue(handshake.ids().isEmpty());
        assertEquals(OptionalInt.empty(), handshake.metadataSize());
        assertEquals(OptionalInt.empty(), handshake.listenPort());
        assertEquals(OptionalInt.of(ExtensionHandshake.MAX_REQUESTS), handshake.maxRequests());
        assertEquals(Optional.empty(), handshake.client());
        assertEquals(Optional.empty(), handshake.yourIp());
        assertEquals(
                ExtensionHandshake.MAX_CLIENT_LENGTH,
                handshake("d1:v1000:" + "x".repeat(1000) + "e")
                        .client()
                        .orElseThrow()
                        .length());
    }

    @Test
    void aHandshakeMustBeADictionaryOfModestSize() {
        assertThrows(ProtocolException.class, () -> handshake("le"));
        assertThrows(ProtocolException.class, () -> handshake("d1:mi1ee"));
        assertThrows(ProtocolException.class, () -> handshake("d1:v40000:" + "x".repeat(40_000) + "e"));
    }

    @Test
    void aHandshakeMayNameHundredsOfExtensionsButNotThousands() throws ProtocolException {
        String client = "e1:v5:Clone";

        assertEquals(
                Optional.of("Clone"),
                ExtensionHandshake.read(("d1:md" + unknown(400) + client + "e").getBytes(ISO_8859_1))
                        .client());
        for (int count : new int[] {1_000, 5_000}) {
            byte[] payload = ("d1:md" + unknown(count) + client + "e").getBytes(ISO_8859_1);
            assertThrows(ProtocolException.class, () -> ExtensionHandshake.read(payload));
        }
    }

    private static String unknown(int extensions) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < extensions; i++) {
            text.append("5:x%04di%de".formatted(i, i % 255 + 1));
        }
        return text.toString();
    }

    @Test
    void metadataMessagesAreThoseOfTheSpecification() throws ProtocolException {
        assertEquals("d8:msg_typei0e5:piecei0ee", text(new MetadataMessage.Request(0).write()));
        assertEquals("d8:msg_typei2e5:piecei7ee", text(new MetadataMessage.Reject(7).write()));
        byte[] piece = new byte[34_256 - 2 * 16_384];
        Arrays.fill(piece, (byte) 'x');
        byte[] data = new MetadataMessage.Data(2, 34_256, piece).write();
        assertTrue(text(data).startsWith("d8:msg_typei1e5:piecei2e10:total_sizei34256eexxxx"));

        assertEquals(new MetadataMessage.Request(5), metadata("d8:msg_typei0e5:piecei5ee"));
        assertEquals(new MetadataMessage.Reject(5), metadata("d8:msg_typei2e5:piecei5ee"));
        assertEquals(new MetadataMessage.Unknown(9), metadata("d8:msg_typei9e3:abci1ee"));
        var read = assertInstanceOf(MetadataMessage.Data.class, MetadataMessage.read(data));
        assertEquals(2, read.piece());
        assertEquals(OptionalInt.of(34_256), read.totalSize());
        assertArrayEquals(piece, read.data());
    }

    @Test
    void aMetadataPieceNeedNotSayTheTotalAgain() throws ProtocolException {
        var read = assertInstanceOf(MetadataMessage.Data.class, metadata("d8:msg_typei1e5:piecei3eexxxx"));

        assertEquals(3, read.piece());
        assertEquals(OptionalInt.empty(), read.totalSize());
        assertEquals("xxxx", text(read.data()));
        assertEquals("d8:msg_typei1e5:piecei3eexxxx", text(read.write()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "d8:msg_typei0ee",
                "d5:piecei0ee",
                "d8:msg_typei0e5:piecei-1ee",
                "d8:msg_typei0e5:piecei4096ee",
                "d8:msg_typei0e5:piecei4294967296ee",
                "d8:msg_typei1eeabc",
                "d8:msg_typei1e5:piecei4096eeabc",
                "d8:msg_typei1e5:piecei0e10:total_size1:3eabc",
                "d8:msg_typei1e5:piecei0e10:total_sizei0ee",
                "d8:msg_typei1e5:piecei0e10:total_sizei4eeabc",
                "d8:msg_typei1e5:piecei0e10:total_sizei2eeabc",
                "d8:msg_typei1e5:piecei1e10:total_sizei3eeabc",
                "d8:msg_typei1e5:piecei0e10:total_sizei67108865eeabc",
                "i0e",
                ""
            })
    void metadataMessagesThatAreNotSoundAreRefused(String payload) {
        assertThrows(ProtocolException.class, () -> metadata(payload));
    }

    @Test
    void pexMessagesComeBackAsTheyWereWritten() throws ProtocolException {
        var message = new PexMessage(
                List.of(
                        new Contact(V4, Contact.REACHABLE),
                        new Contact(V6, Contact.UPLOAD_ONLY | Contact.SUPPORTS_UTP)),
                List.of(V4.withPort(1), V6.withPort(2)));
        assertEquals(message, PexMessage.read(message.write()));
        assertTrue(message.added().getFirst().has(Contact.REACHABLE));
        assertEquals("d5:added0:e", text(new PexMessage(List.of(), List.of()).write()));
    }

    @Test
    void pexFlagsAreOptionalAndAddressesThatCannotBeDialledLeftOut() throws ProtocolException {
        var message = pex("d5:added12:\n\u0000\u0000\u0001\u001a\u00e1\n\u0000\u0000\u0002\u0000\u0000e");
        assertEquals(List.of(new Contact(V4, 0)), message.added());
    }

    @Test
    void ofALongPexListOnlyTheFirstAreTaken() throws ProtocolException {
        List<Contact> many = new ArrayList<>();
        for (int port = 1; port <= 1000; port++) {
            many.add(new Contact(V4.withPort(port), 0));
        }
        assertEquals(
                many.subList(0, PexMessage.MAX_PEERS),
                PexMessage.read(new PexMessage(many, List.of()).write()).added());
    }

    @Test
    void aPexListOfBrokenLengthIsRefused() {
        assertThrows(ProtocolException.class, () -> pex("d5:added5:abcdee"));
        assertThrows(ProtocolException.class, () -> pex("d8:dropped617:abcdefghijklmnopqe"));
        assertThrows(ProtocolException.class, () -> pex("d5:addedi1ee"));
    }

    @Test
    void dontHaveIsFourBytes() throws ProtocolException {
        assertArrayEquals(new byte[] {0, 0, 1, 2}, new DontHave(258).write());
        assertEquals(new DontHave(258), DontHave.read(new byte[] {0, 0, 1, 2}));
        assertThrows(ProtocolException.class, () -> DontHave.read(new byte[3]));
    }

    @Test
    void holepunchMessagesAreThoseOfTheSpecification() throws ProtocolException {
        Map<String, HolepunchMessage> golden = Map.of(
                "00000a0000011ae100000000", HolepunchMessage.rendezvous(V4),
                "010120010db80000000000000000000000011ae200000000", HolepunchMessage.connect(V6),
                "02000a0000011ae100000003", HolepunchMessage.failed(V4, HolepunchMessage.Failure.NO_SUPPORT));
        for (var entry : golden.entrySet()) {
            byte[] payload = HexFormat.of().parseHex(entry.getKey());
            assertEquals(
                    entry.getKey(), HexFormat.of().formatHex(entry.getValue().write()));
            assertEquals(entry.getValue(), HolepunchMessage.read(payload));
            for (int length = 0; length < payload.length; length++) {
                byte[] part = Arrays.copyOf(payload, length);
                if (length != payload.length - 4 || payload[0] == 2) {
                    assertThrows(ProtocolException.class, () -> HolepunchMessage.read(part));
                }
            }
        }
        assertThrows(
                ProtocolException.class,
                () -> HolepunchMessage.read(HexFormat.of().parseHex("03000a0000011ae100000000")));
        assertThrows(
                ProtocolException.class,
                () -> HolepunchMessage.read(HexFormat.of().parseHex("00020a0000011ae100000000")));
    }

    @Test
    void mutatedPayloadsFailOnlyWithProtocolException() {
        byte[][] payloads = {
            FULL.write(),
            new MetadataMessage.Data(0, 40, new byte[40]).write(),
            new PexMessage(List.of(new Contact(V4, 1), new Contact(V6, 2)), List.of(V4)).write(),
            HolepunchMessage.connect(V6).write()
        };
        SplittableRandom random = new SplittableRandom(11);
        for (int round = 0; round < 20_000; round++) {
            byte[] mutated = payloads[round % payloads.length].clone();
            for (int i = random.nextInt(1, 5); i > 0; i--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            byte[] cut = Arrays.copyOf(mutated, random.nextInt(mutated.length / 2, mutated.length + 1));
            try {
                switch (round % payloads.length) {
                    case 0 -> ExtensionHandshake.read(cut);
                    case 1 -> MetadataMessage.read(cut);
                    case 2 -> PexMessage.read(cut);
                    default -> HolepunchMessage.read(cut);
                }
            } catch (ProtocolException expected) {
                // what the formats promise
            }
        }
    }

    @Test
    void localIdsTellExtensionsApart() {
        for (Extension extension : Extension.values()) {
            assertEquals(Optional.of(extension), Extension.ofLocalId(extension.localId()));
        }
        assertEquals(Optional.empty(), Extension.ofLocalId(0));
    }

    private static ExtensionHandshake handshake(String payload) throws ProtocolException {
        return ExtensionHandshake.read(payload.getBytes(ISO_8859_1));
    }

    private static MetadataMessage metadata(String payload) throws ProtocolException {
        return MetadataMessage.read(payload.getBytes(ISO_8859_1));
    }

    private static PexMessage pex(String payload) throws ProtocolException {
        return PexMessage.read(payload.getBytes(ISO_8859_1));
    }

    private static String text(byte[] payload) {
        return new String(payload, ISO_8859_1);
    }
}
