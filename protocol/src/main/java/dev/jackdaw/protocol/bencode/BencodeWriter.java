package dev.jackdaw.protocol.bencode;

import dev.jackdaw.protocol.bencode.BencodeValue.ByteString;
import dev.jackdaw.protocol.bencode.BencodeValue.Dictionary;
import dev.jackdaw.protocol.bencode.BencodeValue.Int;
import dev.jackdaw.protocol.bencode.BencodeValue.Items;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/// Writes values in their one canonical form: keys sorted as raw bytes (BEP 3).
public final class BencodeWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private BencodeWriter() {}

    public static byte[] write(BencodeValue value) {
        BencodeWriter writer = new BencodeWriter();
        writer.append(value);
        return writer.out.toByteArray();
    }

    private void append(BencodeValue value) {
        switch (value) {
            case ByteString(byte[] bytes) -> string(bytes);
            case Int(long number) -> ascii("i" + number + "e");
            case Items items -> {
                out.write('l');
                items.values().forEach(this::append);
                out.write('e');
            }
            case Dictionary dictionary -> {
                out.write('d');
                for (Map.Entry<String, BencodeValue> entry : new TreeMap<>(dictionary.entries()).entrySet()) {
                    string(entry.getKey().getBytes(StandardCharsets.ISO_8859_1));
                    append(entry.getValue());
                }
                out.write('e');
            }
        }
    }

    private void string(byte[] bytes) {
        ascii(bytes.length + ":");
        out.writeBytes(bytes);
    }

    private void ascii(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
}
