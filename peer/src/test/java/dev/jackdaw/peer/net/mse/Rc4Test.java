package dev.jackdaw.peer.net.mse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.SplittableRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class Rc4Test {
    @Test
    void streamIsThatOfRfc6229FromOffset1024() {
        byte[] stream = new byte[16];
        new Rc4(HexFormat.of().parseHex("0102030405")).apply(stream);
        assertEquals("30abbcc7c20b01609f23ee2d5f6bb7df", HexFormat.of().formatHex(stream));
    }

    @Test
    void agreesWithThePlatformsCipherInPartsOfAnyLength() throws GeneralSecurityException {
        byte[] key = "a key of twenty byte".getBytes(StandardCharsets.US_ASCII);
        byte[] data = new byte[40_000];
        new SplittableRandom(1).nextBytes(data);
        Cipher oracle = Cipher.getInstance("ARCFOUR");
        oracle.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "ARCFOUR"));
        oracle.update(new byte[1024]);
        byte[] expected = oracle.update(data);

        ByteBuf direct = PooledByteBufAllocator.DEFAULT.directBuffer();
        direct.writeZero(3).writeBytes(data);
        ByteBuf heap = Unpooled.wrappedBuffer(new byte[3], data).copy();
        ByteBuf composite = Unpooled.wrappedBuffer(
                Unpooled.copiedBuffer(new byte[3], data).slice(0, 20_001).copy(),
                Unpooled.copiedBuffer(data).slice(19_998, 20_002).copy());
        SplittableRandom random = new SplittableRandom(2);
        for (ByteBuf buffer : new ByteBuf[] {direct, heap, composite}) {
            Rc4 cipher = new Rc4(key);
            for (int at = 0; at < data.length; ) {
                int length = random.nextInt(Math.min(data.length - at, 100) + 1);
                cipher.apply(buffer, 3 + at, length);
                at += length;
            }
            assertArrayEquals(expected, ByteBufUtil.getBytes(buffer, 3, data.length));
        }
        direct.release();
        heap.release();
        composite.release();
    }
}
