package dev.jackdaw.dht;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/// A publisher's pair of Ed25519 keys: who has it can replace what is kept under it (BEP 44).
///
/// In a file it is a line of 128 hexadecimal digits: the secret seed (RFC 8032), then the public key, 32 bytes each.
public final class PublisherKey {
    private static final String ALGORITHM = "Ed25519";
    private static final int LENGTH = DhtItem.Mutable.KEY_LENGTH;
    /// Bytes of a file that may be one; a longer file is none.
    private static final int MOST_FILE_LENGTH = 1_024;

    private final byte[] seed;
    private final byte[] publicKey;
    private final PrivateKey privateKey;

    private PublisherKey(byte[] seed, byte[] publicKey) throws GeneralSecurityException {
        this.seed = seed;
        this.publicKey = publicKey;
        this.privateKey = KeyFactory.getInstance(ALGORITHM)
                .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
    }

    /// A new one.
    public static PublisherKey generate() {
        try {
            KeyPair keys = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
            byte[] encoded = keys.getPublic().getEncoded(); // X.509: the key is its last bytes
            return new PublisherKey(
                    ((EdECPrivateKey) keys.getPrivate()).getBytes().orElseThrow(),
                    Arrays.copyOfRange(encoded, encoded.length - LENGTH, encoded.length));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    /// Reads a key, or makes a new one and writes it to the file, for its owner's eyes alone.
    ///
    /// @throws IOException if it cannot be read or written, or holds no key
    public static PublisherKey readOrCreate(Path file) throws IOException {
        if (!Files.exists(file)) {
            PublisherKey fresh = generate();
            try {
                fresh.write(file);
                return fresh;
            } catch (FileAlreadyExistsException _) {
                return read(file); // another process was quicker
            }
        }
        return read(file);
    }

    /// @throws IOException if it cannot be read, or holds no key
    public static PublisherKey read(Path file) throws IOException {
        if (Files.isRegularFile(file) && Files.size(file) > MOST_FILE_LENGTH) {
            throw new IOException(file + " holds no key: expected a line of 128 hexadecimal digits");
        }
        String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).strip();
        if (!text.matches("[0-9a-fA-F]{" + 4 * LENGTH + "}")) {
            throw new IOException(file + " holds no key: expected a line of 128 hexadecimal digits");
        }
        byte[] both = HexFormat.of().parseHex(text);
        try {
            PublisherKey key =
                    new PublisherKey(Arrays.copyOf(both, LENGTH), Arrays.copyOfRange(both, LENGTH, 2 * LENGTH));
            if (!key.sign(new byte[0], 0, new byte[] {'0', ':'}).isSigned()) {
                throw new IOException(file + " is damaged: its public key is not that of its secret one");
            }
            return key;
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " holds no Ed25519 key", e);
        }
    }

    private void write(Path file) throws IOException {
        Set<OpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        FileAttribute<?>[] attributes =
                file.getFileSystem().supportedFileAttributeViews().contains("posix")
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
        HexFormat hex = HexFormat.of();
        String line = hex.formatHex(seed) + hex.formatHex(publicKey) + "\n";
        try (var channel = Files.newByteChannel(file, options, attributes)) {
            channel.write(java.nio.ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)));
        }
    }

    /// The public half, 32 bytes.
    public byte[] publicKey() {
        return publicKey.clone();
    }

    /// A value under this key, signed.
    ///
    /// @param salt 0 … 64 bytes
    public DhtItem.Mutable sign(byte[] salt, long seq, byte[] value) {
        return DhtItem.Mutable.signed(publicKey, privateKey, salt, seq, value);
    }

    /// What is to be put so that a value becomes the newest: the newest itself, if it is that value already, or one
    /// that comes after it. Numbers follow the clock, so that they grow even when the DHT has forgotten the last one.
    ///
    /// @param newest     what the DHT has
    /// @param nowSeconds since 1970
    public DhtItem.Mutable successor(
            Optional<DhtItem.Mutable> newest, byte[] salt, byte[] value, long nowSeconds) {
        if (newest.isPresent() && Arrays.equals(newest.get().value(), value)) {
            return newest.get();
        }
        long last = newest.map(DhtItem.Mutable::seq).orElse(0L);
        if (last == Long.MAX_VALUE) {
            throw new IllegalStateException("the last possible sequence number is in use");
        }
        return sign(salt, Math.max(last + 1, nowSeconds), value);
    }
}
