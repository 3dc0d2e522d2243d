package dev.jackdaw.cli;

import dev.jackdaw.dht.PublisherKey;
import dev.jackdaw.protocol.metainfo.MagnetLink;
import dev.jackdaw.protocol.metainfo.Metainfo;
import dev.jackdaw.protocol.metainfo.MetainfoBuilder;
import dev.jackdaw.protocol.metainfo.PublisherLink;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `jackdaw create`: makes a `.torrent` file of a file or directory.
@Command(
        name = "create",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = {
            "Makes a .torrent file of a file or directory, and prints its magnet link.",
            "",
            "Without a tracker, peers find each other in the DHT. The same content and options make the same torrent, but for"
                    + " the creation date."
        },
        parameterListHeading = "%nArguments:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  jackdaw create holiday-photos",
            "  jackdaw create dataset -o dataset-v2.torrent --tracker http://tracker.example.org/announce",
            "  jackdaw create dataset --mutable dataset.key     and publish it, under a link that stays the same",
            "",
            "Exit status: 0 created, 1 cannot be written, 2 no content or wrong usage, 130 interrupted."
        })
final class CreateCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "PATH", description = "The file or directory to share.")
    String source = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The torrent to write. Default: PATH's name with .torrent, in the current directory.")
    Optional<Path> output = Optional.empty();

    @Option(
            names = "--tracker",
            paramLabel = "URL",
            description = "A tracker, http, https or udp; the next one is asked when this one fails. Repeatable.")
    List<String> trackers = new ArrayList<>();

    @Option(names = "--web-seed", paramLabel = "URL", description = "A web server that has the content. Repeatable.")
    List<String> webSeeds = new ArrayList<>();

    @Option(
            names = "--piece-length",
            paramLabel = "SIZE",
            converter = ByteSize.Converter.class,
            description = "A power of two from 16K to 512M. Default: what fits the content.")
    Optional<ByteSize> pieceLength = Optional.empty();

    @Option(names = "--private", description = "Peers only from the torrent's trackers.")
    boolean isPrivate;

    @Option(names = "--comment", paramLabel = "TEXT", description = "A remark for those who look at the torrent.")
    Optional<String> comment = Optional.empty();

    @Option(
            names = "--source",
            paramLabel = "TEXT",
            description = "A mark that gives the same content another info-hash, as some trackers want.")
    Optional<String> sourceMark = Optional.empty();

    @Option(names = "--no-date", description = "Leave out when it was created.")
    boolean noDate;

    @Option(
            names = "--mutable",
            paramLabel = "KEYFILE",
            description =
                    "Publish the torrent in the DHT as well, under this secret key, as 'jackdaw publish' does. The key is"
                            + " made if there is no such file.")
    Optional<String> keyFile = Optional.empty();

    @Mixin
    PublishOptions publishing = new PublishOptions();

    @Mixin
    DhtAccess dht = new DhtAccess();

    @Option(names = "--force", description = "Overwrite FILE.")
    boolean force;

    @Option(names = "--json", description = "Print one JSON object.")
    boolean json;

    @Option(
            names = {"--quiet", "-q"},
            description = "Print nothing but errors.")
    boolean quiet;

    CreateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        Path content = terminal.resolve("PATH", source);
        Path file = output.map(terminal::resolve).orElseGet(() -> terminal.resolve(nameOf(content) + ".torrent"));
        if (Files.isDirectory(file)) {
            throw CommandFailure.badInput(terminal.display(file) + " is a directory; name a file with -o");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) { // a device would be replaced, --force or not
            throw CommandFailure.badInput(terminal.display(file) + " is no ordinary file; name another one with -o");
        }
        refuseToOverwrite(file);
        if (isPrivate && trackers.isEmpty()) {
            throw CommandFailure.badInput("--private: without a --tracker nobody would find the torrent");
        }
        if (isPrivate && keyFile.isPresent()) {
            throw CommandFailure.badInput("--mutable: a private torrent's peers are not in the DHT");
        }
        byte[] salt = publishing.salt();
        Optional<PublisherKey> key = keyFile.map(name -> PublishOptions.key(terminal, name));
        Metainfo metainfo =
                new TorrentMaker(terminal, !quiet && !json).make(builder(content), terminal.display(content));
        write(file, metainfo.toBytes());
        Optional<TorrentPublication> publication = key.map(owner -> new TorrentPublication(dht, owner, salt));
        tell(metainfo, file, publication.map(TorrentPublication::link));
        if (publication.isPresent()) {
            publish(publication.get(), metainfo, file);
        }
        return ExitStatus.DONE.code();
    }

    private void publish(TorrentPublication publication, Metainfo metainfo, Path file) throws InterruptedException {
        try {
            dht.with(terminal, node -> publication.put(node, metainfo.info().infoHash()));
        } catch (CommandFailure e) {
            throw CommandFailure.failed(
                    terminal.display(file) + " is written, but not published: " + e.getMessage()
                            + "; 'jackdaw publish' tries again",
                    e);
        }
    }

    private MetainfoBuilder builder(Path content) {
        try {
            MetainfoBuilder builder = MetainfoBuilder.of(content).isPrivate(isPrivate);
            trackers.forEach(builder::tier);
            webSeeds.forEach(builder::webSeed);
            pieceLength.ifPresent(size -> builder.pieceLength((int) Math.min(size.bytes(), Integer.MAX_VALUE)));
            comment.ifPresent(builder::comment);
            sourceMark.ifPresent(builder::source);
            if (!noDate) {
                builder.creationDate(Instant.now().truncatedTo(ChronoUnit.SECONDS));
            }
            return builder;
        } catch (IllegalArgumentException e) {
            throw CommandFailure.badInput(ErrorReport.reason(e), e);
        }
    }

    private static String nameOf(Path content) {
        return Optional.ofNullable(content.getFileName()).map(Path::toString).orElse("torrent");
    }

    private void refuseToOverwrite(Path file) {
        if (!force && Files.exists(file)) {
            throw CommandFailure.badInput(terminal.display(file)
                    + " exists already; name another file with -o, or overwrite it with --force");
        }
    }

    /// Under a temporary name first: a torrent is there as a whole or not at all.
    private void write(Path file, byte[] bytes) {
        Path directory = Optional.ofNullable(file.getParent()).orElse(terminal.workingDirectory());
        try {
            Path temporary = Files.createTempFile(directory, ".jackdaw", ".torrent");
            try {
                Files.write(temporary, bytes);
                makeReadable(temporary);
                refuseToOverwrite(file); // hashing may have taken hours
                move(temporary, file);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw CommandFailure.failed("cannot write " + terminal.display(file) + ": " + ErrorReport.reason(e), e);
        }
    }

    /// A temporary file is for its owner alone, a torrent is for everyone.
    private static void makeReadable(Path file) throws IOException {
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private void tell(Metainfo metainfo, Path file, Optional<PublisherLink> publisher) {
        String magnet = MagnetLink.of(metainfo).toUri();
        String infoHash = metainfo.info().infoHash().hex();
        long bytes = metainfo.info().layout().totalLength();
        int pieces = metainfo.info().layout().pieceCount();
        if (json) {
            JsonLine line = new JsonLine()
                    .with("file", file.toString())
                    .with("name", metainfo.info().name())
                    .with("infoHash", infoHash)
                    .with("magnet", magnet)
                    .with("bytes", bytes)
                    .with("pieceLength", metainfo.info().layout().pieceLength())
                    .with("pieces", pieces)
                    .with("files", metainfo.info().files().size());
            publisher.ifPresent(link -> line.with("publisher", link.toUri()));
            line.print(terminal.out());
        } else if (!quiet) {
            terminal.out()
                    .println("created " + terminal.display(file) + ": " + Amount.bytes(bytes) + " in "
                            + Amount.count(metainfo.info().files().size(), "file") + ", "
                            + Amount.count(pieces, "piece") + " of "
                            + Amount.bytes(metainfo.info().layout().pieceLength()));
            terminal.out().println("info-hash " + infoHash);
            terminal.out().println("magnet " + magnet);
            publisher.ifPresent(link -> terminal.out().println("publisher " + link.toUri()));
        }
        terminal.out().flush();
    }
}
