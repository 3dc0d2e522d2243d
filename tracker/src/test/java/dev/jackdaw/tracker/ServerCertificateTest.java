package dev.jackdaw.tracker;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerCertificateTest {
    @TempDir
    Path directory;

    private Path certificates;
    private Path key;

    @BeforeEach
    void makeTwo() throws Exception {
        certificates = directory.resolve("first.pem");
        key = directory.resolve("first.key");
        TestCertificate.write("first", certificates, key);
        TestCertificate.write("second", directory.resolve("second.pem"), directory.resolve("second.key"));
    }

    private String refusal() {
        TrackerConfig.TlsFiles files = new TrackerConfig.TlsFiles(certificates, key);
        return assertThrows(IOException.class, () -> new ServerCertificate(files))
                .getMessage();
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() {
        key = directory.resolve("second.key");

        assertTrue(refusal().endsWith("second.key: the key is another one's"), refusal());
    }

    @Test
    void aFileWithoutAKeyIsRefused() {
        key = certificates;

        assertTrue(refusal().contains("PKCS #8"), refusal());
    }
}
