package dev.jackdaw.peer;

import java.util.List;

/// What the user wants of a torrent, as it is set now.
///
/// @param paused          whether it waits for [Torrent#resume()]
/// @param sequential      pieces in order rather than rarest first
/// @param maxDownloadRate bytes per second, 0 for none
/// @param maxUploadRate   bytes per second, 0 for none
/// @param trackers        tiers of announce URLs (BEP 12)
public record TorrentSettings(
        boolean paused, boolean sequential, long maxDownloadRate, long maxUploadRate, List<List<String>> trackers) {
    public TorrentSettings {
        trackers = trackers.stream().map(List::copyOf).toList();
    }
}
