package dev.jackdaw.tracker.accounts;

import java.util.Optional;
import java.util.OptionalLong;

/// What an administrator changes about a user; what is empty stays.
///
/// @param enabled    whether they may announce
/// @param uploaded   the new total, ≥ 0
/// @param downloaded the new total, ≥ 0
public record UserChange(Optional<Boolean> enabled, OptionalLong uploaded, OptionalLong downloaded) {
    public UserChange {
        if (uploaded.orElse(0) < 0 || downloaded.orElse(0) < 0) {
            throw new IllegalArgumentException("a total below 0");
        }
    }
}
