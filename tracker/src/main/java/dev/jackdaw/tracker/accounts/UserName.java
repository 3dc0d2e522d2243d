package dev.jackdaw.tracker.accounts;

import java.util.regex.Pattern;

/// A user's name: 1 to 32 letters, digits, dots, hyphens and underscores.
public record UserName(String text) {
    static final int MAX_LENGTH = 32;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1," + MAX_LENGTH + "}");

    public UserName {
        if (!NAME.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "a user's name is 1 to " + MAX_LENGTH + " letters, digits, dots, hyphens and underscores");
        }
    }
}
