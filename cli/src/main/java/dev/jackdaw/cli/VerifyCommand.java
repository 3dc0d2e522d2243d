package dev.jackdaw.cli;

import dev.jackdaw.peer.ContentCheck;
import dev.jackdaw.peer.ContentCheck.FileProblem;
import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.metainfo.Info;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `jackdaw verify`: hashes content on disk and says what is wrong with it.
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Checks the content of a torrent on disk, byte for byte, and lists bad pieces and files.",
            "",
            "Nothing is changed. 'jackdaw download' fetches what is missing or wrong."
        },
        parameterListHeading = "%nArguments:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  jackdaw verify debian.torrent --dir downloads",
            "",
            "Exit status: 0 everything is there and right, 1 something is not, 2 no torrent or wrong usage, 130 interrupted."
        })
final class VerifyCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", description = "The .torrent file.")
    String torrent = "";

    @Option(names = "--dir", paramLabel = "DIR", description = "Where the content is. Default: the current directory.")
    Path directory = Path.of("");

    @Option(names = "--json", description = "Print one JSON object.")
    boolean json;

    @Option(names = {"--quiet", "-q"}, description = "Print nothing but errors.")
    boolean quiet;

    VerifyCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Info info = new SourceReader(terminal).file(terminal.resolve(torrent)).info();
        Path content = terminal.resolve(directory);
        if (!Files.isDirectory(content)) {
            throw CommandFailure.badInput("--dir: " + terminal.display(content) + " is no directory");
        }
        ContentCheck.Report report = check(info, content);
        if (json) {
            printJson(info, report);
        } else if (!quiet) {
            print(info, report);
        }
        return (report.isGood() ? ExitStatus.DONE : ExitStatus.FAILED).code();
    }

    private ContentCheck.Report check(Info info, Path content) {
        try (Interruption.Hearing _ = terminal.interruption().interruptCaller();
                WorkProgress progress = new WorkProgress(terminal, "checking " + Shown.text(info.name()), !quiet && !json, System::nanoTime)) {
            return ContentCheck.run(info, content, progress::at);
        } catch (InterruptedException e) {
            throw CommandFailure.interrupted("interrupted");
        }
    }

    private void print(Info info, ContentCheck.Report report) {
        String name = Shown.text(info.name());
        if (report.isGood()) {
            terminal.out().println("good " + name + ": " + Amount.bytes(info.layout().totalLength()) + ", all "
                    + Amount.count(info.layout().pieceCount(), "piece"));
            return;
        }
        for (FileProblem problem : report.problems()) {
            terminal.out().println(kind(problem) + " " + Shown.path(problem.file().displayPath()) + detail(problem));
        }
        List<Integer> bad = bad(report.good());
        if (!bad.isEmpty()) {
            terminal.out().println("bad pieces " + PieceRanges.of(bad));
        }
        terminal.out().println("bad " + name + ": " + bad.size() + " of " + Amount.count(info.layout().pieceCount(), "piece")
                + " bad, " + Amount.count(report.problems().stream().map(FileProblem::file).distinct().count(), "file") + " affected");
    }

    private static String kind(FileProblem problem) {
        return switch (problem) {
            case FileProblem.Missing _ -> "missing";
            case FileProblem.TooShort _ -> "too-short";
            case FileProblem.TooLong _ -> "too-long";
            case FileProblem.Corrupt _ -> "corrupt";
            case FileProblem.Unreadable _ -> "unreadable";
        };
    }

    private static String detail(FileProblem problem) {
        return switch (problem) {
            case FileProblem.Missing _ -> "";
            case FileProblem.TooShort(var file, long length) -> ": " + length + " of " + file.length() + " bytes";
            case FileProblem.TooLong(var file, long length) -> ": " + length + " bytes, expected " + file.length();
            case FileProblem.Corrupt(_, List<Integer> pieces) -> ": pieces " + PieceRanges.of(pieces);
            case FileProblem.Unreadable(_, String reason) -> ": " + Shown.text(reason);
        };
    }

    private static List<Integer> bad(Bitfield good) {
        return IntStream.range(0, good.size()).filter(piece -> !good.get(piece)).boxed().toList();
    }

    private void printJson(Info info, ContentCheck.Report report) {
        new JsonLine()
                .with("infoHash", info.infoHash().hex())
                .with("name", info.name())
                .with("good", report.isGood())
                .with("pieces", info.layout().pieceCount())
                .with("goodPieces", report.good().cardinality())
                .withList("badPieces", list -> bad(report.good()).forEach(list::writeNumber))
                .withList("files", list -> {
                    for (FileProblem problem : report.problems()) {
                        list.writeStartObject();
                        list.writeStringProperty("problem", kind(problem));
                        list.writeStringProperty("path", problem.file().displayPath());
                        if (problem instanceof FileProblem.Corrupt(_, List<Integer> pieces)) {
                            list.writeArrayPropertyStart("pieces");
                            pieces.forEach(list::writeNumber);
                            list.writeEndArray();
                        }
                        list.writeEndObject();
                    }
                })
                .print(terminal.out());
    }
}
