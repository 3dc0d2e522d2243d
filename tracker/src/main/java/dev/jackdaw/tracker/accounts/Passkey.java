package dev.jackdaw.tracker.accounts;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/// A user's secret in the tracker's URL: 128 random bits, written as 32 hexadecimal digits.
public record Passkey(long high, long low) {
    /// Characters of its written form.
    public static final int DIGITS = 32;

    /// A new one that nobody can guess.
    public static Passkey random(SecureRandom random) {
        return new Passkey(random.nextLong(), random.nextLong());
    }

    /// Reads the written form, digits in either case; empty for anything else.
    public static Optional<Passkey> parse(String text) {
        if (text.length() != DIGITS) {
            return Optional.empty();
        }
        for (int i = 0; i < DIGITS; i++) {
            if (!HexFormat.isHexDigit(text.charAt(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(new Passkey(
                HexFormat.fromHexDigitsToLong(text, 0, DIGITS / 2),
                HexFormat.fromHexDigitsToLong(text, DIGITS / 2, DIGITS)));
    }

    /// 32 lower-case hexadecimal digits: a secret, so never to be logged.
    public String hex() {
        return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }

    /// Nothing that would betray it in a log.
    @Override
    public String toString() {
        return "passkey";
    }
}
