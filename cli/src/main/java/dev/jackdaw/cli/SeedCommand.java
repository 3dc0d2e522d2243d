package dev.jackdaw.cli;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.protocol.metainfo.MagnetLink;
import dev.jackdaw.protocol.metainfo.Metainfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

    @Parameters(arity = "1..*", paramLabel = "SOURCE", description = "A .torrent file, or a file or directory to share.")
    List<String> sources = new ArrayList<>();

    @Mixin
    TransferOptions options = new TransferOptions();

    @Option(names = "--tracker", paramLabel = "URL", description = "Announce a file or directory here. Repeatable.")
    List<String> trackers = new ArrayList<>();

    /// @param debug whether the log is to be complete, known once the command line is parsed
    SeedCommand(Terminal terminal, Sessions sessions, BooleanSupplier debug) {
        this.terminal = terminal;
        this.sessions = sessions;
        this.debug = debug;
    }

    /// @param directory where the content is
    /// @param created   whether the torrent was made just now
    private record Shared(TorrentSource source, Path directory, boolean created) {}

    @Override
    public Integer call() throws InterruptedException {
        options.check();
        List<Shared> shares = sources.stream().map(this::share).toList();
        ExitStatus status;
        try (TransferSession transfer = TransferSession.open(terminal, sessions, options, debug.getAsBoolean())) {
            TransferRun run = new TransferRun(
                    transfer.session(),
                    transfer.display(),
                    TransferRun.Wanted.SEEDS,
                    Optional.of(options.seedGoal()),
                    terminal.interruption(),
                    System::nanoTime);
            transfer.session().addListener(run);
            Set<dev.jackdaw.protocol.InfoHash> added = new HashSet<>();
            for (Shared share : shares) {
                if (added.add(share.source().infoHash())) {
                    AddOptions how = options.addOptions(share.directory()).seedMode(true).build();
                    run.add(transfer.session().add(share.source(), how));
                }
            }
            status = run.await();
        }
        return status.code();
    }

    private Shared share(String source) {
        Path path = terminal.resolve(source);
        boolean torrent = source.startsWith("http://") || source.startsWith("https://") || source.startsWith("magnet:")
                || Files.isRegularFile(path) && source.endsWith(".torrent");
        if (torrent) {
            return new Shared(new SourceReader(terminal).read(source), terminal.resolve(options.directory), false);
        }
        Metainfo metainfo = new SharedPath(terminal, trackers).torrentOf(path);
        if (!options.json) {
            terminal.out().println("magnet " + MagnetLink.of(metainfo).toUri());
        }
        return new Shared(new TorrentSource.TorrentFile(metainfo), parent(path), true);
    }

    private static Path parent(Path path) {
        return Optional.ofNullable(path.getParent()).orElse(path);
    }
}
