package dev.jackdaw.cli;

import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.protocol.metainfo.FileEntry;
import dev.jackdaw.protocol.metainfo.Info;
import dev.jackdaw.protocol.metainfo.MagnetLink;
import dev.jackdaw.protocol.metainfo.Metainfo;
import dev.jackdaw.protocol.metainfo.PublisherLink;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `jackdaw show`: what is in a torrent, with the very names that `download` would write.
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows what is in a torrent or magnet link, and refuses what 'download' would refuse.",
            "",
            "Files have the names that they would get on disk; what had to be renamed to be safe is listed."
        },
        parameterListHeading = "%nArguments:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  jackdaw show debian.torrent",
            "  jackdaw show --json debian.torrent | jq '.files[].path'",
            "",
            "Exit status: 0 shown, 2 no torrent or wrong usage."
        })
final class ShowCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "SOURCE", description = "A .torrent file, a magnet link, or the URL of a .torrent file.")
    String source = "";

    @Option(names = "--json", description = "Print one JSON object.")
    boolean json;

    ShowCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Optional<PublisherLink> publisher = SourceReader.publisher(source);
        if (publisher.isPresent()) {
            print(publisher.get());
            return ExitStatus.DONE.code();
        }
        switch (new SourceReader(terminal).read(source)) {
            case TorrentSource.TorrentFile(Metainfo metainfo) -> {
                if (json) {
                    printJson(metainfo);
                } else {
                    print(metainfo);
                }
            }
            case TorrentSource.Magnet(MagnetLink link) -> {
                if (json) {
                    printJson(link);
                } else {
                    print(link);
                }
            }
        }
        return ExitStatus.DONE.code();
    }

    private void print(Metainfo metainfo) {
        Info info = metainfo.info();
        List<FileEntry> content = content(info);
        fact("name", info.name());
        fact("info-hash", info.infoHash().hex());
        fact(
                "size",
                Amount.bytes(size(content)) + " (" + size(content) + " bytes) in "
                        + Amount.count(content.size(), "file"));
        fact(
                "pieces",
                info.layout().pieceCount() + " of " + Amount.bytes(info.layout().pieceLength()));
        if (info.isPrivate()) {
            fact("private", "yes: peers only from its own trackers");
        }
        metainfo.comment().ifPresent(comment -> fact("comment", comment));
        metainfo.source().ifPresent(text -> fact("source", text));
        metainfo.createdBy().ifPresent(program -> fact("created by", program));
        metainfo.creationDate().ifPresent(date -> fact("created", date.toString()));
        for (int tier = 0; tier < metainfo.trackers().size(); tier++) {
            fact(
                    tier == 0 ? "trackers" : "",
                    String.join(", ", metainfo.trackers().get(tier)));
        }
        list(
                "web seeds",
                Stream.concat(metainfo.webSeeds().stream(), metainfo.httpSeeds().stream())
                        .toList());
        list("DHT nodes", metainfo.nodes().stream().map(Object::toString).toList());
        fact("magnet", MagnetLink.of(metainfo).toUri());
        printFiles(info);
        if (!metainfo.renamed().isEmpty()) {
            terminal.out().println();
            terminal.out().println("renamed to be safe:");
            metainfo.renamed().forEach(change -> terminal.out().println("  " + Shown.path(change)));
        }
    }

    private void printFiles(Info info) {
        terminal.out().println();
        int digits = String.valueOf(info.files().size() - 1).length();
        for (int index = 0; index < info.files().size(); index++) {
            FileEntry file = info.files().get(index);
            if (!file.padding()) {
                terminal.out()
                        .printf(
                                "%" + digits + "d  %10s  %s%n",
                                index,
                                Amount.bytes(file.length()),
                                Shown.path(file.displayPath()));
            }
        }
    }

    private void print(MagnetLink link) {
        fact("name", link.displayName().orElse("(unknown until peers are found)"));
        fact("info-hash", link.infoHash().hex());
        list("trackers", link.trackers());
        list("web seeds", link.webSeeds());
        list("peers", link.peers().stream().map(Object::toString).toList());
        if (!link.only().isEmpty()) {
            fact(
                    "files",
                    "only "
                            + String.join(
                                    ",",
                                    link.only().stream().map(Object::toString).toList()));
        }
        fact("magnet", link.toUri());
        terminal.out().println();
        terminal.out().println("What it holds is known once a peer has sent it: 'jackdaw download' does that.");
    }

    private void print(PublisherLink link) {
        if (json) {
            new JsonLine()
                    .with("type", "publisher")
                    .with("key", link.key())
                    .with("salt", link.salt())
                    .with("magnet", link.toUri())
                    .print(terminal.out());
            return;
        }
        fact("publisher", link.key());
        if (!link.salt().isEmpty()) {
            fact("salt", new String(link.saltBytes(), StandardCharsets.UTF_8));
        }
        fact("magnet", link.toUri());
        terminal.out().println();
        terminal.out().println("The DHT knows which torrent it offers: 'jackdaw download' asks, and follows.");
    }

    private void list(String name, List<String> values) {
        for (int i = 0; i < values.size(); i++) {
            fact(i == 0 ? name : "", values.get(i));
        }
    }

    private void fact(String name, String value) {
        terminal.out().printf("%-11s %s%n", name, Shown.path(value));
    }

    private static List<FileEntry> content(Info info) {
        return info.files().stream().filter(file -> !file.padding()).toList();
    }

    private static long size(List<FileEntry> files) {
        return files.stream().mapToLong(FileEntry::length).sum();
    }

    private void printJson(Metainfo metainfo) {
        Info info = metainfo.info();
        JsonLine line = new JsonLine()
                .with("type", "torrent")
                .with("name", info.name())
                .with("infoHash", info.infoHash().hex())
                .with("magnet", MagnetLink.of(metainfo).toUri())
                .with("bytes", size(content(info)))
                .with("pieceLength", info.layout().pieceLength())
                .with("pieces", info.layout().pieceCount())
                .with("private", info.isPrivate());
        optional(line, "comment", metainfo.comment());
        optional(line, "source", metainfo.source());
        optional(line, "createdBy", metainfo.createdBy());
        optional(line, "creationDate", metainfo.creationDate().map(Object::toString));
        line.withList(
                        "trackers",
                        list -> metainfo.trackers().forEach(tier -> {
                            list.writeStartArray();
                            tier.forEach(list::writeString);
                            list.writeEndArray();
                        }))
                .with("webSeeds", metainfo.webSeeds())
                .with("httpSeeds", metainfo.httpSeeds())
                .with("nodes", metainfo.nodes().stream().map(Object::toString).toList())
                .withList("files", list -> {
                    for (int index = 0; index < info.files().size(); index++) {
                        FileEntry file = info.files().get(index);
                        list.writeStartObject();
                        list.writeNumberProperty("index", index);
                        list.writeStringProperty("path", file.displayPath());
                        list.writeNumberProperty("bytes", file.length());
                        list.writeBooleanProperty("padding", file.padding());
                        list.writeEndObject();
                    }
                })
                .with("renamed", metainfo.renamed())
                .print(terminal.out());
    }

    private void printJson(MagnetLink link) {
        JsonLine line = new JsonLine().with("type", "magnet");
        optional(line, "name", link.displayName());
        line.with("infoHash", link.infoHash().hex())
                .with("magnet", link.toUri())
                .with("trackers", link.trackers())
                .with("webSeeds", link.webSeeds())
                .with("peers", link.peers().stream().map(Object::toString).toList())
                .withList("only", list -> link.only().forEach(list::writeNumber))
                .print(terminal.out());
    }

    private static void optional(JsonLine line, String name, Optional<String> value) {
        value.ifPresent(text -> line.with(name, text));
    }
}
