package dev.jackdaw.cli;

import dev.jackdaw.protocol.metainfo.Metainfo;
import dev.jackdaw.protocol.metainfo.MetainfoBuilder;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Hashes content into a torrent on all cores, with a bar, until done or interrupted.
final class TorrentMaker {
    private final Terminal terminal;
    private final boolean showProgress;

    TorrentMaker(Terminal terminal, boolean showProgress) {
        this.terminal = terminal;
        this.showProgress = showProgress;
    }

    /// @param subject what is hashed, as the user named it
    /// @throws CommandFailure if the content cannot be read or makes no torrent
    Metainfo make(MetainfoBuilder builder, String subject) {
        int cores = Runtime.getRuntime().availableProcessors();
        try (Interruption.Hearing _ = terminal.interruption().interruptCaller();
                ExecutorService helpers = Executors.newFixedThreadPool(cores);
                WorkProgress progress =
                        new WorkProgress(terminal, "hashing " + subject, showProgress, System::nanoTime)) {
            return builder.createdBy("jackdaw " + Version.number())
                    .progress((hashed, total) -> progress.at((double) hashed / total))
                    .build(helpers, cores);
        } catch (IOException e) {
            throw CommandFailure.badInput("cannot make a torrent of " + subject + ": " + ErrorReport.reason(e), e);
        } catch (InterruptedException e) {
            throw CommandFailure.interrupted("interrupted; nothing was written");
        }
    }
}
