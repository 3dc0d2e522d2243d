package dev.jackdaw.cli;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.metainfo.MagnetLink;
import dev.jackdaw.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `jackdaw seed`: shares content that is on disk.
@Command(
        name = "seed",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = {
            "Shares content that you have: of a torrent, or any file or directory.",
            "",
            "With a .torrent file, its content is expected in DIR and checked first. With a file or directory, a torrent is made"
                    + " of it and the magnet link printed, for others to download with."
        },
        parameterListHeading = "%nArguments:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  jackdaw seed debian.torrent --dir downloads",
            "  jackdaw seed holiday-photos --tracker http://tracker.example.org/announce",
            "  jackdaw seed torrents/*.torrent --dir /srv/data --port 6881 --seed-ratio 3",
            "",
            "It runs until Ctrl-C or SIGTERM, or as long as --seed-ratio and --seed-time say.",
            "Exit status: 0 goals reached, 1 failed, 2 no torrent or wrong usage, 130 stopped with everything saved."
        })
final class SeedCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Sessions sessions;
    private final BooleanSupplier debug;

    @Parameters(
            arity = "1..*",
            paramLabel = "SOURCE",
            description = "A .torrent file, or a file or directory to share.")
    List<String> sources = new ArrayList<>();

    @Mixin
    TransferOptions options = new TransferOptions();

    @Option(names = "--tracker", paramLabel = "URL", description = "Announce a file or directory here. Repeatable.")
    List<String> trackers = new ArrayList<>();

    @Option(
            names = "--super-seed",
            description = "Show each peer few pieces at a time, so that the first copy leaves this machine about once."
                    + " For the first seed of new content.")
    boolean superSeeding;

    /// @param debug whether the log is to be complete, known once the command line is parsed
    SeedCommand(Terminal terminal, Sessions sessions, BooleanSupplier debug) {
        this.terminal = terminal;
        this.sessions = sessions;
        this.debug = debug;
    }

    /// @param directory where the content is
    private record Share(TorrentSource source, Path directory) {}

    @Override
    public Integer call() throws InterruptedException {
        options.check();
        try (StateDirectory state = StateDirectory.take(terminal, options)) {
            SharedPath sharing = new SharedPath(terminal, state.path(), trackers, !options.json && !options.quiet);
            Map<InfoHash, Share> shares = new LinkedHashMap<>();
            for (String source : sources) {
                Share share = share(source, sharing);
                shares.putIfAbsent(share.source().infoHash(), share);
            }
            return seed(List.copyOf(shares.values()), state).code();
        }
    }

    private ExitStatus seed(List<Share> shares, StateDirectory state) throws InterruptedException {
        try (TransferSession transfer =
                TransferSession.open(terminal, sessions, options, state, debug.getAsBoolean())) {
            TransferRun run = new TransferRun(
                    transfer.session(),
                    transfer.display(),
                    TransferRun.Wanted.SEEDS,
                    Optional.of(options.seedGoal()),
                    terminal.interruption(),
                    System::nanoTime);
            transfer.session().addListener(run);
            for (Share share : shares) {
                AddOptions how = options.addOptions(share.directory())
                        .seedMode(true)
                        .superSeeding(superSeeding)
                        .build();
                run.add(transfer.session().add(share.source(), how));
            }
            return run.await();
        }
    }

    private Share share(String source, SharedPath sharing) {
        Path named = terminal.resolve("SOURCE", source);
        if (isTorrent(source, named)) {
            return new Share(new SourceReader(terminal).read(source), terminal.resolve(options.directory));
        }
        Path path = linkedTo(named);
        Metainfo metainfo = sharing.torrentOf(path);
        String magnet = MagnetLink.of(metainfo).toUri();
        if (options.json) {
            JsonLine.event("shared")
                    .with("infoHash", metainfo.info().infoHash().hex())
                    .with("path", path.toString())
                    .with("magnet", magnet)
                    .print(terminal.out());
        } else {
            terminal.out().println("magnet " + magnet);
        }
        return new Share(
                new TorrentSource.TorrentFile(metainfo),
                Optional.ofNullable(path.getParent()).orElse(path));
    }

    /// What a symbolic link leads to, under its own name: files are not opened through links below `--dir`.
    private Path linkedTo(Path path) {
        try {
            return Files.isSymbolicLink(path) ? path.toRealPath() : path;
        } catch (IOException e) {
            throw CommandFailure.badInput("cannot share " + terminal.display(path) + ": " + ErrorReport.reason(e), e);
        }
    }

    /// A file whose name does not end in `.torrent` is content.
    private static boolean isTorrent(String source, Path path) {
        String lower = source.toLowerCase(Locale.ROOT);
        return lower.startsWith("http://")
                || lower.startsWith("https://")
                || lower.startsWith("magnet:")
                || (lower.endsWith(".torrent") && !Files.isDirectory(path));
    }
}
