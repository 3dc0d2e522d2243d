package dev.jackdaw.gui;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import javafx.scene.image.Image;
import javafx.scene.image.PixelReader;

/// Writes an image as PNG (ISO/IEC 15948), 8-bit RGB, without the desktop toolkit of the JDK.
final class Png {
    private Png() {}

    static void write(Image image, Path file) {
        int width = (int) image.getWidth();
        int height = (int) image.getHeight();
        PixelReader pixels = image.getPixelReader();
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = Files.newOutputStream(file)) {
            try (DataOutputStream rows =
                    new DataOutputStream(new DeflaterOutputStream(packed, new Deflater(Deflater.BEST_COMPRESSION)))) {
                byte[] row = new byte[width * 3];
                for (int y = 0; y < height; y++) {
                    int left = 0;
                    for (int x = 0; x < width; x++) {
                        int colour = pixels.getArgb(x, y) & 0xffffff;
                        row[3 * x] = (byte) ((colour >> 16) - (left >> 16 & 0xff));
                        row[3 * x + 1] = (byte) ((colour >> 8) - (left >> 8 & 0xff));
                        row[3 * x + 2] = (byte) (colour - (left & 0xff));
                        left = colour;
                    }
                    rows.writeByte(1); // each byte is the difference to that of the pixel at its left
                    rows.write(row);
                }
            }
            out.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
            ByteArrayOutputStream header = new ByteArrayOutputStream();
            DataOutputStream fields = new DataOutputStream(header);
            fields.writeInt(width);
            fields.writeInt(height);
            fields.write(new byte[] {8, 2, 0, 0, 0});
            chunk(out, "IHDR", header.toByteArray());
            chunk(out, "IDAT", packed.toByteArray());
            chunk(out, "IEND", new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void chunk(OutputStream out, String type, byte[] content) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(type.getBytes(StandardCharsets.US_ASCII));
        body.write(content);
        CRC32 crc = new CRC32();
        crc.update(body.toByteArray());
        DataOutputStream data = new DataOutputStream(out);
        data.writeInt(content.length);
        data.write(body.toByteArray());
        data.writeInt((int) crc.getValue());
    }
}
