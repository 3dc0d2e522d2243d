package dev.jackdaw.tracker.accounts;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/// A user at one moment.
///
/// @param name       unique and never changed, as a [UserName] is
/// @param passkey    what their torrents' tracker URLs carry
/// @param uploaded   bytes credited so far
/// @param downloaded bytes charged so far
/// @param enabled    whether they may announce
/// @param invitedBy  whose invite brought them, if any
/// @param created    when, to the second
public record User(
        String name,
        Passkey passkey,
        long uploaded,
        long downloaded,
        boolean enabled,
        Optional<String> invitedBy,
        Instant created) {
    /// Uploaded over downloaded; empty until something was downloaded.
    public OptionalDouble ratio() {
        return downloaded == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) uploaded / downloaded);
    }

    User credited(long moreUploaded, long moreDownloaded) {
        return new User(
                name, passkey, uploaded + moreUploaded, downloaded + moreDownloaded, enabled, invitedBy, created);
    }
}
