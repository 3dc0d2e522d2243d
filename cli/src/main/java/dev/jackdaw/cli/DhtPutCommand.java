package dev.jackdaw.cli;

import dev.jackdaw.dht.Dht;
import dev.jackdaw.dht.DhtItem;
import dev.jackdaw.dht.Publisher;
import dev.jackdaw.dht.PublisherKey;
import dev.jackdaw.dht.StoreReport;
import dev.jackdaw.protocol.bencode.BencodeValue.ByteString;
import dev.jackdaw.protocol.bencode.BencodeWriter;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `jackdaw dht put`: keeps a value in the DHT (BEP 44).
@Command(
        name = "put",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = {
            "Keeps a string in the DHT for two hours and prints its target: where 'dht get' finds it.",
            "",
            "Without --key its target is its own SHA-1. With --key it is the newest of the key's owner, and replaces the one before."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  jackdaw dht put 'Hello World!'",
            "  jackdaw dht put 'Hello again' --key my.key --salt greeting",
            "",
            "Exit status: 0 kept by some node, 1 by none, 2 wrong usage."
        })
final class DhtPutCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "VALUE", description = "Text; as UTF-8, about 1000 bytes at most.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    String text;

    @Option(
            names = "--key",
            paramLabel = "KEYFILE",
            description = "The publisher's secret key. Made, for its owner's eyes only, if there is no such file.")
    @Nullable
    String keyFile;

    @Mixin
    PublishOptions publishing = new PublishOptions();

    @Option(
            names = "--seq",
            paramLabel = "N",
            description =
                    "Number of the item. Default: the time in seconds, or one more than the newest that is found.")
    @Nullable
    Long seq;

    @Option(
            names = "--cas",
            paramLabel = "N",
            description = "Only where the item that is there has this number, or there is none.")
    @Nullable
    Long cas;

    @Mixin
    DhtQuestion question = new DhtQuestion();

    /// What was put, and what became of it.
    private record Put(DhtItem item, StoreReport report) {}

    DhtPutCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        byte[] value = BencodeWriter.write(ByteString.of(text));
        if (value.length > DhtItem.MAX_VALUE_LENGTH) {
            throw CommandFailure.badInput(
                    "VALUE is " + value.length + " bytes when bencoded, expected at most " + DhtItem.MAX_VALUE_LENGTH);
        }
        byte[] salt = publishing.salt();
        Optional<PublisherKey> key = Optional.ofNullable(keyFile).map(file -> PublishOptions.key(terminal, file));
        if (key.isEmpty() && (seq != null || cas != null || salt.length > 0)) {
            throw CommandFailure.badInput("--salt, --seq and --cas are only for --key: an immutable item has none");
        }
        Put put = question.ask(
                        terminal,
                        dht -> key.map(owner -> putMutable(dht, owner, salt, value))
                                .orElseGet(() -> putImmutable(dht, value)))
                .orElseThrow(() -> CommandFailure.failed(
                        "no answer after " + question.timeout + " s; give it more with --timeout"));
        if (put.report().stored() == 0) {
            throw CommandFailure.failed("no node took the item " + put.item().target()
                    + refusal(put.report().refusal()));
        }
        print(put);
        return ExitStatus.DONE.code();
    }

    private static CompletableFuture<Put> putImmutable(Dht dht, byte[] value) {
        DhtItem item = new DhtItem.Immutable(value);
        return dht.put(item, OptionalLong.empty()).thenApply(report -> new Put(item, report));
    }

    private CompletableFuture<Put> putMutable(Dht dht, PublisherKey key, byte[] salt, byte[] value) {
        Publisher publisher = new Publisher(dht, key, salt, InstantSource.system());
        OptionalLong replaced = cas == null ? OptionalLong.empty() : OptionalLong.of(cas);
        CompletableFuture<Publisher.Publication> publication =
                seq == null ? publisher.publish(value, replaced) : publisher.publish(value, seq, replaced);
        return publication.thenApply(done -> new Put(done.item(), done.report()));
    }

    private static String refusal(int code) {
        return switch (code) {
            case 0 -> "";
            case StoreReport.CAS_MISMATCH -> ": what is there has another number than --cas says";
            case StoreReport.SEQUENCE_TOO_LOW -> ": what is there has the number of --seq or a higher one";
            default -> ": error " + code;
        };
    }

    private void print(Put put) {
        DhtItem item = put.item();
        if (!question.json) {
            terminal.out().println(item.target());
            return;
        }
        JsonLine line = new JsonLine().with("target", item.target().hex());
        if (item instanceof DhtItem.Mutable mutable) {
            line.with("key", HexFormat.of().formatHex(mutable.key())).with("seq", mutable.seq());
        }
        line.with("stored", put.report().stored()).print(terminal.out());
    }
}
