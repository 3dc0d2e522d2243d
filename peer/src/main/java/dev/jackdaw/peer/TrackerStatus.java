package dev.jackdaw.peer;

import java.time.Duration;
import java.util.Optional;

/// A tracker of a torrent at one moment.
///
/// @param url          as configured
/// @param tier         0 is the first (BEP 12)
/// @param working      whether the last announce was answered with peers
/// @param message      the last failure or warning, escaped; empty if there was none
/// @param nextAnnounce time until the next announce
/// @param seeders      as the tracker last said, or -1
/// @param leechers     as the tracker last said, or -1
/// @param peers        how many addresses its last answer had
public record TrackerStatus(
        String url,
        int tier,
        boolean working,
        String message,
        Optional<Duration> nextAnnounce,
        int seeders,
        int leechers,
        int peers) {}
