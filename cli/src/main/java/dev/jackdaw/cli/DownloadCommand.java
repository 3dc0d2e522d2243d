package dev.jackdaw.cli;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.metainfo.FileEntry;
import dev.jackdaw.protocol.metainfo.Info;
import dev.jackdaw.protocol.metainfo.PublisherLink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `jackdaw download`: fetches torrents and, if asked, goes on seeding them.
@Command(
        name = "download",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = {
            "Downloads torrents and exits when every wanted byte is here and verified.",
            "",
            "What is in DIR already is checked and kept. Interrupted with Ctrl-C, the same command goes on where it stopped.",
            "",
            "A publisher's link (xs=urn:btpk:) stands for the torrent that the publisher offers now. While the download runs, and"
                    + " with --seed for as long as it seeds, the DHT is asked for a newer one, which then replaces the old one:"
                    + " files in DIR that have its names are changed to what it says, others stay."
        },
        parameterListHeading = "%nArguments:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  jackdaw download debian.torrent --dir downloads",
            "  jackdaw download 'magnet:?xt=urn:btih:...' --select 0,2 --max-down 2M",
            "  jackdaw download https://example.org/data.torrent --seed-ratio 1.5",
            "  jackdaw download 'magnet:?xs=urn:btpk:...' --seed        follow a publisher's updates",
            "",
            "On a pipe, a line that starts with 'complete' says that a download is verified.",
            "Exit status: 0 complete and verified, 1 failed, 2 no torrent or wrong usage, 130 interrupted with everything saved."
        })
final class DownloadCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Sessions sessions;
    private final BooleanSupplier debug;

    @Parameters(
            arity = "1..*",
            paramLabel = "SOURCE",
            description = "A .torrent file, a magnet link to a torrent or a publisher, or the URL of a .torrent file.")
    List<String> sources = new ArrayList<>();

    @Mixin
    TransferOptions options = new TransferOptions();

    @Option(
            names = "--seed",
            description = "Go on seeding when complete, until stopped or as long as --seed-ratio and --seed-time say.")
    boolean seed;

    @Option(
            names = "--check-publisher",
            paramLabel = "T",
            converter = DurationText.Converter.class,
            description = "Ask the DHT this often what a publisher offers, like 30s or 10m. Default: 5m.")
    Optional<Duration> publisherCheck = Optional.empty();

    /// @param debug whether the log is to be complete, known once the command line is parsed
    DownloadCommand(Terminal terminal, Sessions sessions, BooleanSupplier debug) {
        this.terminal = terminal;
        this.sessions = sessions;
        this.debug = debug;
    }

    @Override
    public Integer call() throws InterruptedException {
        options.check();
        publisherCheck.filter(Duration::isZero).ifPresent(_ -> {
            throw CommandFailure.badInput("--check-publisher: expected some time, like 30s or 10m");
        });
        options.publisherCheck = publisherCheck;
        Map<PublisherLink, AddOptions> publishers = new LinkedHashMap<>();
        List<Addition> additions = additions(publishers);
        SeedGoal goal = options.seedGoal();
        boolean seeding = seed || !goal.isOpenEnded();
        ExitStatus status;
        try (StateDirectory state = StateDirectory.take(terminal, options);
                TransferSession transfer =
                        TransferSession.open(terminal, sessions, options, state, debug.getAsBoolean())) {
            TransferRun run = new TransferRun(
                    transfer.session(),
                    transfer.display(),
                    TransferRun.Wanted.CONTENT,
                    seeding ? Optional.of(goal) : Optional.empty(),
                    terminal.interruption(),
                    System::nanoTime);
            transfer.session().addListener(run);
            for (Addition addition : additions) {
                run.add(transfer.session().add(addition.source(), addition.options()));
            }
            publishers.forEach((link, how) -> run.add(transfer.session().follow(link, how)));
            status = run.await();
            if (status == ExitStatus.INTERRUPTED) {
                transfer.display().close();
                sayGoodbye(run.remaining());
            }
        }
        return status.code();
    }

    private void sayGoodbye(int remaining) {
        if (!options.json && !options.quiet) {
            terminal.err()
                    .println(
                            remaining == 0
                                    ? "jackdaw: interrupted; saving"
                                    : "jackdaw: interrupted with " + Amount.count(remaining, "torrent")
                                            + " to go; saving, run the same command to continue");
        }
    }

    /// Made now if need be: a place that cannot be written to is better told before the download than after an hour.
    private Path usableDirectory() {
        Path directory = terminal.resolve(options.directory);
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw CommandFailure.badInput(
                    "--dir: cannot use " + terminal.display(directory) + ": " + ErrorReport.reason(e), e);
        }
        if (!Files.isWritable(directory)) {
            throw CommandFailure.badInput("--dir: cannot write to " + terminal.display(directory));
        }
        return directory;
    }

    private record Addition(TorrentSource source, AddOptions options) {}

    /// Everything is read and checked before the first connection is made.
    ///
    /// @param publishers gets those of the sources that are publishers
    private List<Addition> additions(Map<PublisherLink, AddOptions> publishers) {
        SourceReader reader = new SourceReader(terminal);
        Map<InfoHash, Addition> additions = new LinkedHashMap<>();
        AddOptions.Builder builder = options.addOptions(usableDirectory());
        for (String source : sources) {
            Optional<PublisherLink> publisher = SourceReader.publisher(source);
            if (publisher.isPresent()) {
                if (options.noDht) {
                    throw CommandFailure.badInput("--no-dht: what a publisher offers is found in the DHT alone");
                }
                publishers.putIfAbsent(publisher.get(), builder.build());
                continue;
            }
            TorrentSource torrent = reader.read(source);
            selection(torrent)
                    .ifPresent(files -> builder.priorities(files.priorities()).onlyListed(true));
            additions.putIfAbsent(torrent.infoHash(), new Addition(torrent, builder.build()));
            if (options.selection.isEmpty()) {
                builder.priorities(Map.of()).onlyListed(false);
            }
        }
        List<Addition> all = List.copyOf(additions.values());
        if (all.size() > 1) {
            refuseSharedFiles(all);
        }
        return all;
    }

    /// Two torrents that have a file at one place with different lengths would write over each other, and both be
    /// complete. The same length is most likely the same content.
    private static void refuseSharedFiles(List<Addition> additions) {
        Map<List<String>, FileEntry> files = new HashMap<>();
        for (Addition addition : additions) {
            if (!(addition.source() instanceof TorrentSource.TorrentFile(var metainfo))) {
                continue;
            }
            for (FileEntry file : metainfo.info().files()) {
                FileEntry first = files.computeIfAbsent(file.path(), _ -> file);
                if (first.length() != file.length() && !file.padding()) {
                    throw CommandFailure.badInput("two of the torrents have " + Shown.path(file.displayPath())
                            + ", and not the same; download one of them into another --dir");
                }
            }
        }
    }

    /// What `--select` says, or the magnet link itself (BEP 53).
    private Optional<FileSelection> selection(TorrentSource source) {
        return switch (source) {
            case TorrentSource.TorrentFile file -> {
                Info info = file.metainfo().info();
                options.selection.ifPresent(
                        files -> files.checkAgainst(info.files().size(), info.name()));
                yield options.selection;
            }
            case TorrentSource.Magnet magnet ->
                options.selection.isPresent() || magnet.link().only().isEmpty()
                        ? options.selection
                        : Optional.of(
                                new FileSelection(new TreeSet<>(magnet.link().only())));
        };
    }
}
