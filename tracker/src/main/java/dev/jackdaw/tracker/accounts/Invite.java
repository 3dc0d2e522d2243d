package dev.jackdaw.tracker.accounts;

import java.time.Instant;
import java.util.Optional;

/// A code that makes one account for whoever has it.
///
/// @param code     32 hexadecimal digits
/// @param issuedBy the user it was given to, or empty if an administrator keeps it
/// @param created  when, to the second
/// @param expires  when it is worth nothing any more
public record Invite(String code, Optional<String> issuedBy, Instant created, Instant expires) {}
