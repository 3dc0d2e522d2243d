package dev.jackdaw.tracker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.jackdaw.tracker.ProxyHeader.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    private final ProxyHeader header = new ProxyHeader();

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    /// Reads it whole, with bytes behind it, and cut everywhere.
    private void assertTells(byte[] bytes, Optional<InetAddress> expected) {
        ByteBuffer in = ByteBuffer.allocate(bytes.length + 3).position(1);
        in.put(bytes).put((byte) 'G').put((byte) 'E').position(1);
        assertEquals(Outcome.COMPLETE, header.read(in));
        assertEquals(expected, header.client());
        assertEquals(1 + bytes.length, in.position());
        for (int cut = 0; cut < bytes.length; cut++) {
            ByteBuffer part = ByteBuffer.wrap(bytes, 0, cut);
            assertEquals(Outcome.INCOMPLETE, header.read(part), cut + " bytes");
            assertEquals(0, part.position());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PROXY TCP4 192.0.2.7 198.51.100.1 40000 80, 192.0.2.7",
        "PROXY TCP6 2001:db8::7 2001:db8::1 40000 80, 2001:db8::7",
        "PROXY TCP6 ::ffff:192.0.2.7 ::1 40000 80, 192.0.2.7"
    })
    void aLineTellsTheClient(String line, String client) {
        assertTells((line + "\r\n").getBytes(ISO_8859_1), Optional.of(InetAddress.ofLiteral(client)));
    }

    @Test
    void aLineMayTellNothing() {
        assertTells("PROXY UNKNOWN\r\n".getBytes(ISO_8859_1), Optional.empty());
        assertTells("PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n".getBytes(ISO_8859_1), Optional.empty());
    }

    @Test
    void theBinaryFormTellsTheClient() {
        assertTells(
                hex(SIGNATURE + "2111000c" + "c0000207" + "c6336401" + "9c400050"),
                Optional.of(InetAddress.ofLiteral("192.0.2.7")));
        String six = "20010db8000000000000000000000007";
        assertTells(
                hex(SIGNATURE + "21210028" + six + six + "9c400050" + "04000102"),
                Optional.of(InetAddress.ofLiteral("2001:db8::7")));
    }

    @Test
    void aProxyMaySpeakForItselfOrOfOtherFamilies() {
        assertTells(hex(SIGNATURE + "20000000"), Optional.empty());
        assertTells(hex(SIGNATURE + "21000003" + "010203"), Optional.empty());
        assertTells(hex(SIGNATURE + "2011000c" + "c0000207" + "c6336401" + "9c400050"), Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n",
                "PROXY\r\n",
                "PROXY \r\n",
                "PROXY TCP4 192.0.2.7 198.51.100.1 40000 80\n",
                "PROXY TCP4 192.0.2.7 198.51.100.1 40000\r\n",
                "PROXY TCP4 2001:db8::7 2001:db8::1 40000 80\r\n",
                "PROXY TCP6 192.0.2.7 198.51.100.1 40000 80\r\n",
                "PROXY TCP4 example.org 198.51.100.1 40000 80\r\n",
                "PROXY UDP4 192.0.2.7 198.51.100.1 40000 80\r\n",
                "PROXY UNKNOWN xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                "\r\n\r\n\0\r\nQUIT\r"
            })
    void whatIsNoHeaderIsRefused(String text) {
        assertEquals(Outcome.MALFORMED, header.read(ByteBuffer.wrap(text.getBytes(ISO_8859_1))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1111000c", "2211000c", "2111000b", "21210023", "210003f1", "2100ffff"})
    void aBinaryHeadThatCannotBeIsRefusedBeforeTheRestHasCome(String head) {
        assertEquals(Outcome.MALFORMED, header.read(ByteBuffer.wrap(hex(SIGNATURE + head))));
    }

    @Test
    void inAPipelineTheClientIsToldAndTheRestHandedOn() {
        List<Object> events = new ArrayList<>();
        var channel = new EmbeddedChannel(new ProxyHeaderHandler(), new ChannelInboundHandlerAdapter() {
            @Override
            public void userEventTriggered(ChannelHandlerContext context, Object event) {
                events.add(event);
            }
        });
        channel.writeInbound(Unpooled.copiedBuffer("PROXY TCP4 192.0.2.7 1", ISO_8859_1));
        assertNull(channel.readInbound());
        channel.writeInbound(Unpooled.copiedBuffer("92.0.2.1 1 2\r\nGET /", ISO_8859_1));
        channel.writeInbound(Unpooled.copiedBuffer("PROXY", ISO_8859_1));

        assertEquals(List.of(InetAddress.ofLiteral("192.0.2.7")), events);
        StringBuilder rest = new StringBuilder();
        for (ByteBuf bytes = channel.readInbound(); bytes != null; bytes = channel.readInbound()) {
            rest.append(bytes.toString(ISO_8859_1));
            bytes.release();
        }
        assertEquals("GET /PROXY", rest.toString());
    }

    @Test
    void inAPipelineWhatIsNoHeaderEndsTheConnection() {
        var channel = new EmbeddedChannel(new ProxyHeaderHandler());
        channel.writeInbound(Unpooled.copiedBuffer("GET / HTTP/1.1\r\n\r\n", ISO_8859_1));
        assertFalse(channel.isOpen());
    }
}
