package dev.jackdaw.protocol.metainfo;

import dev.jackdaw.protocol.Printable;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/// A magnet link to whatever torrent a publisher offers at the time (BEP 46, "Magnet link"):
/// `magnet:?xs=urn:btpk:KEY&s=SALT`.
///
/// @param key  the publisher's Ed25519 key, 64 hexadecimal digits
/// @param salt which of the key's torrents: 0 … 64 bytes in hexadecimal digits
public record PublisherLink(String key, String salt) {
    private static final int KEY_DIGITS = 64;
    private static final int MOST_SALT_DIGITS = 128;
    private static final String BTPK = "urn:btpk:";
    /// Chars of a wrong value in a message.
    private static final int SHOWN_LENGTH = 80;

    public PublisherLink {
        key = key.toLowerCase(Locale.ROOT);
        salt = salt.toLowerCase(Locale.ROOT);
        if (!key.matches("[0-9a-f]{" + KEY_DIGITS + "}")) {
            throw new IllegalArgumentException("\"" + Printable.of(key, SHOWN_LENGTH)
                    + "\" is no public key, expected " + KEY_DIGITS + " hexadecimal digits");
        }
        if (!salt.matches("([0-9a-f]{2}){0," + MOST_SALT_DIGITS / 2 + "}")) {
            throw new IllegalArgumentException("\"" + Printable.of(salt, SHOWN_LENGTH)
                    + "\" is no salt, expected at most " + MOST_SALT_DIGITS
                    + " hexadecimal digits, two for each byte");
        }
    }

    public static PublisherLink of(byte[] key, byte[] salt) {
        return new PublisherLink(
                HexFormat.of().formatHex(key), HexFormat.of().formatHex(salt));
    }

    /// The publisher that a magnet link names, if it names one. A link that also names a torrent (`xt`) is the
    /// publisher's: that torrent was its newest once.
    ///
    /// @throws ProtocolException if it is no magnet link, over-long, or its key or salt is none
    public static Optional<PublisherLink> find(String uri) throws ProtocolException {
        Optional<String> key = Optional.empty();
        String salt = "";
        for (MagnetParser.Parameter parameter : MagnetParser.parameters(uri)) {
            String value = parameter.value();
            if (parameter.key().equals("xs") && isPublisher(value) && key.isEmpty()) {
                key = Optional.of(value.substring(BTPK.length()));
            } else if (parameter.key().equals("s") && salt.isEmpty()) {
                salt = value;
            }
        }
        if (key.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new PublisherLink(key.get(), salt));
        } catch (IllegalArgumentException e) {
            throw new ProtocolException(Violation.BAD_VALUE, String.valueOf(e.getMessage()));
        }
    }

    /// Whether a link's `xs` names a publisher.
    static boolean isPublisher(String exactSource) {
        return exactSource.regionMatches(true, 0, BTPK, 0, BTPK.length());
    }

    /// 32 bytes.
    public byte[] keyBytes() {
        return HexFormat.of().parseHex(key);
    }

    /// 0 … 64 bytes.
    public byte[] saltBytes() {
        return HexFormat.of().parseHex(salt);
    }

    /// The link as text; [#find(String)] gives it back.
    public String toUri() {
        return "magnet:?xs=" + BTPK + key + (salt.isEmpty() ? "" : "&s=" + salt);
    }
}
