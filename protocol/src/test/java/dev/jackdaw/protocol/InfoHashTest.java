package dev.jackdaw.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class InfoHashTest {
    private static final String HEX = "ff0102030405060708090a0b0c0d0e0f8091a2b3";

    @Test
    void hasOneFormInBytesAndHexadecimal() {
        InfoHash hash = InfoHash.ofHex(HEX);

        assertEquals(HEX, hash.hex());
        assertEquals(HEX, hash.toString());
        assertEquals(hash, InfoHash.ofHex(HEX.toUpperCase(java.util.Locale.ROOT)));
        assertEquals(hash, InfoHash.of(hash.toBytes()));
        assertEquals((byte) 0xff, hash.toBytes()[0]);
        assertEquals((byte) 0xb3, hash.toBytes()[19]);
        assertEquals("ff010203", hash.abbreviated());
    }

    @Test
    void refusesOtherLengthsAndCharacters() {
        assertThrows(IllegalArgumentException.class, () -> InfoHash.of(new byte[19]));
        assertThrows(IllegalArgumentException.class, () -> InfoHash.of(new byte[32]));
        assertThrows(IllegalArgumentException.class, () -> InfoHash.ofHex(HEX.substring(1)));
        assertThrows(IllegalArgumentException.class, () -> InfoHash.ofHex(HEX + "00"));
        assertThrows(IllegalArgumentException.class, () -> InfoHash.ofHex("g" + HEX.substring(1)));
    }

    @Test
    void isOrderedAsItsBytesAre() {
        SplittableRandom random = new SplittableRandom(1);
        List<byte[]> arrays = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            byte[] bytes = new byte[20];
            random.nextBytes(bytes);
            Arrays.fill(bytes, 0, random.nextInt(20), (byte) 0x80); // so that every part decides sometimes
            arrays.add(bytes);
        }
        List<InfoHash> hashes = arrays.stream().map(InfoHash::of).sorted().toList();
        arrays.sort(Arrays::compareUnsigned);

        for (int i = 0; i < arrays.size(); i++) {
            assertArrayEquals(arrays.get(i), hashes.get(i).toBytes());
        }
    }
}
