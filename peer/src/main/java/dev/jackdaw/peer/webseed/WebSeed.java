package dev.jackdaw.peer.webseed;

import dev.jackdaw.peer.http.HttpUrl;
import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.metainfo.Info;
import java.io.IOException;
import java.time.Duration;

/// A place on the web that has a torrent's content. Blocks, for virtual threads; one fetch at a time.
public sealed interface WebSeed permits FileServer, SeedScript {
    /// The torrent.
    Info info();

    /// As the torrent names it.
    HttpUrl url();

    /// The pieces that may be had here.
    Bitfield have();

    /// Fetches bytes of the torrent into the array, from its start.
    ///
    /// @param offset in the torrent's bytes
    /// @throws FileMissing if a file that is needed is not there as it should be
    /// @throws Busy if the server asks to come again later
    /// @throws IOException with a sentence about anything else, which may pass
    void fetch(long offset, byte[] into) throws IOException;

    /// The server does not have a file as the torrent has it: asking again would not help.
    final class FileMissing extends IOException {
        private static final long serialVersionUID = 1L;

        FileMissing(String message) {
            super(message);
        }
    }

    /// The server is well, but wants to be left alone for a while.
    final class Busy extends IOException {
        private static final long serialVersionUID = 1L;

        private final Duration retryIn;

        Busy(Duration retryIn) {
            super("the web seed asks to be left alone for " + retryIn.toSeconds() + " s");
            this.retryIn = retryIn;
        }

        public Duration retryIn() {
            return retryIn;
        }
    }
}
