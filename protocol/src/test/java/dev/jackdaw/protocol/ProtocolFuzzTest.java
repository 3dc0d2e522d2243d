package dev.jackdaw.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.jackdaw.fuzz.Bounds;
import dev.jackdaw.protocol.bencode.Bencode;
import dev.jackdaw.protocol.bencode.BencodeLimits;
import dev.jackdaw.protocol.bencode.BencodeValue;
import dev.jackdaw.protocol.bencode.BencodeWriter;
import dev.jackdaw.protocol.metainfo.Info;
import dev.jackdaw.protocol.metainfo.MagnetLink;
import dev.jackdaw.protocol.metainfo.Metainfo;
import dev.jackdaw.protocol.tracker.HttpAnnounceQuery;
import dev.jackdaw.protocol.tracker.HttpScrapeQuery;
import dev.jackdaw.protocol.tracker.HttpTrackerCodec;
import dev.jackdaw.protocol.tracker.UdpTrackerCodec;
import dev.jackdaw.protocol.wire.DontHave;
import dev.jackdaw.protocol.wire.ExtensionHandshake;
import dev.jackdaw.protocol.wire.HandshakeDecoder;
import dev.jackdaw.protocol.wire.HolepunchMessage;
import dev.jackdaw.protocol.wire.MetadataMessage;
import dev.jackdaw.protocol.wire.PeerMessageDecoder;
import dev.jackdaw.protocol.wire.PexMessage;
import dev.jackdaw.protocol.wire.WireLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// The formats of files, links, peers and trackers.
class ProtocolFuzzTest {
    /// What was read and written again is the same, as far as the reader takes nothing but the one right form.
    @FuzzTest
    void bencode(byte[] input) {
        Bounds.hold(() -> {
            BencodeValue value = Bencode.read(input, new BencodeLimits(1 << 20, 64, 100_000, false, false));
            if (!Arrays.equals(input, BencodeWriter.write(value))) {
                throw new AssertionError("read as " + value + ", which is written otherwise");
            }
        });
    }

    @FuzzTest
    void metainfo(byte[] input) {
        Bounds.hold(() -> {
            Metainfo read = Metainfo.parse(input);
            Metainfo again = Metainfo.parse(read.toBytes());
            if (!again.info().infoHash().equals(read.info().infoHash())) {
                throw new AssertionError("another torrent when written and read again");
            }
        });
    }

    @FuzzTest
    void info(byte[] input) {
        Bounds.hold(() -> Info.parse(input));
    }

    @FuzzTest
    void magnet(byte[] input) {
        Bounds.hold(() -> {
            MagnetLink link = MagnetLink.parse(new String(input, UTF_8));
            if (!MagnetLink.parse(link.toUri()).infoHash().equals(link.infoHash())) {
                throw new AssertionError("another torrent when written and read again");
            }
        });
    }

    @FuzzTest
    void handshake(byte[] input) {
        Bounds.hold(() -> inTwo(input, new HandshakeDecoder()::decode));
    }

    @FuzzTest
    void wire(byte[] input) {
        Bounds.hold(() -> {
            PeerMessageDecoder decoder =
                    new PeerMessageDecoder(WireLimits.DEFAULT.withMaxPieces(1000), UnpooledByteBufAllocator.DEFAULT);
            try {
                inTwo(input, in -> decoder.decode(in, message -> {}));
            } finally {
                decoder.close();
            }
        });
    }

    @FuzzTest
    void extensionHandshake(byte[] input) {
        Bounds.hold(() -> ExtensionHandshake.read(input));
    }

    @FuzzTest
    void metadataMessage(byte[] input) {
        Bounds.hold(() -> MetadataMessage.read(input));
    }

    @FuzzTest
    void peerExchange(byte[] input) {
        Bounds.hold(() -> PexMessage.read(input));
    }

    @FuzzTest
    void holepunch(byte[] input) {
        Bounds.hold(() -> HolepunchMessage.read(input));
    }

    @FuzzTest
    void dontHave(byte[] input) {
        Bounds.hold(() -> DontHave.read(input));
    }

    @FuzzTest
    void announceReply(byte[] input) {
        Bounds.hold(() -> HttpTrackerCodec.readAnnounceReply(input));
    }

    @FuzzTest
    void scrapeReply(byte[] input) {
        Bounds.hold(() -> HttpTrackerCodec.readScrapeReply(input));
    }

    @FuzzTest
    void announceQuery(byte[] input) {
        Bounds.hold(() -> new HttpAnnounceQuery().read(ByteBuffer.wrap(input), 0, input.length));
    }

    @FuzzTest
    void scrapeQuery(byte[] input) {
        Bounds.hold(() -> HttpScrapeQuery.read(ByteBuffer.wrap(input), 0, input.length));
    }

    @FuzzTest
    void udpTrackerRequest(byte[] input) {
        Bounds.hold(() -> UdpTrackerCodec.readRequest(ByteBuffer.wrap(input)));
    }

    @FuzzTest
    void udpTrackerReply(byte[] input) {
        Bounds.hold(() -> UdpTrackerCodec.readReply(ByteBuffer.wrap(input), input.length % 2 == 0));
    }

    private interface Reader {
        void read(ByteBuf in) throws ProtocolException;
    }

    /// Gives the bytes in two reads, split where the first byte says.
    private static void inTwo(byte[] input, Reader reader) throws ProtocolException {
        int split = input.length == 0 ? 0 : (input[0] & 0xff) * input.length / 256;
        reader.read(Unpooled.wrappedBuffer(input, 0, split));
        reader.read(Unpooled.wrappedBuffer(input, split, input.length - split));
    }
}
