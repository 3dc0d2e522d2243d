package dev.jackdaw.cli;

import dev.jackdaw.dht.Dht;
import dev.jackdaw.dht.DhtItem;
import dev.jackdaw.dht.NodeId;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.bencode.Bencode;
import dev.jackdaw.protocol.bencode.BencodeLimits;
import dev.jackdaw.protocol.bencode.BencodeValue.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `jackdaw dht get`: fetches an item from the DHT (BEP 44).
@Command(
        name = "get",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        description =
                "Fetches an item from the DHT and prints its value: an immutable one by its target, the newest of a publisher by the key.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  jackdaw dht get e5f96f6f38320f0f33959cb4d3d656452117aadb",
            "  jackdaw dht get --key 77ff84905a91936367c01360803104f92432fcd904a43511876df5cdf3e7e548 --salt foobar",
            "",
            "Exit status: 0 found and verified, 1 not found, 2 wrong usage."
        })
final class DhtGetCommand implements Callable<Integer> {
    private static final System.Logger LOG = System.getLogger(DhtGetCommand.class.getName());

    private final Terminal terminal;

    @Parameters(
            arity = "0..1",
            paramLabel = "TARGET",
            converter = HexId.class,
            description = "SHA-1 of an immutable item's bencoded value: 40 hexadecimal digits.")
    @Nullable
    NodeId target;

    @Option(
            names = "--key",
            paramLabel = "PUBLIC-HEX",
            description = "Publisher of a mutable item: an Ed25519 public key, 64 hexadecimal digits.")
    @Nullable
    String key;

    @Option(names = "--salt", paramLabel = "S", description = "Which of the key's items; at most 64 bytes.")
    @Nullable
    String salt;

    @Mixin
    DhtQuestion question = new DhtQuestion();

    DhtGetCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        Function<Dht, CompletableFuture<Optional<DhtItem>>> search = search();
        Optional<DhtItem> item = question.ask(terminal, search)
                .orElseThrow(() -> CommandFailure.failed(
                        "no answer after " + question.timeout + " s; give it more with --timeout"));
        print(item.orElseThrow(() -> CommandFailure.failed("no such item was found")));
        return ExitStatus.DONE.code();
    }

    private Function<Dht, CompletableFuture<Optional<DhtItem>>> search() {
        NodeId place = target;
        if ((place == null) == (key == null)) {
            throw CommandFailure.badInput("expected either a TARGET or --key PUBLIC-HEX");
        }
        if (place != null) {
            if (salt != null) {
                throw CommandFailure.badInput("--salt is only for --key: an immutable item has none");
            }
            return dht -> itemOf(dht.getImmutable(place));
        }
        byte[] publisher = publicKey(String.valueOf(key));
        byte[] saltBytes = salt == null ? new byte[0] : salt.getBytes(StandardCharsets.UTF_8);
        if (saltBytes.length > DhtItem.MAX_SALT_LENGTH) {
            throw CommandFailure.badInput(
                    "--salt of " + saltBytes.length + " bytes, expected at most " + DhtItem.MAX_SALT_LENGTH);
        }
        return dht -> itemOf(dht.getMutable(publisher, saltBytes));
    }

    private static <I extends DhtItem> CompletableFuture<Optional<DhtItem>> itemOf(
            CompletableFuture<Optional<I>> found) {
        return found.thenApply(item -> item.map(DhtItem.class::cast));
    }

    private static byte[] publicKey(String hex) {
        if (!hex.matches("[0-9a-fA-F]{" + 2 * DhtItem.Mutable.KEY_LENGTH + "}")) {
            throw CommandFailure.badInput(
                    "--key '" + Shown.text(hex) + "' is no public key: expected 64 hexadecimal digits");
        }
        return HexFormat.of().parseHex(hex);
    }

    private void print(DhtItem item) {
        String text = text(item.value());
        if (!question.json) {
            terminal.out().println(Shown.path(text));
            return;
        }
        JsonLine line = new JsonLine()
                .with("target", item.target().hex())
                .with("value", text)
                .with("bencodedHex", HexFormat.of().formatHex(item.value()));
        if (item instanceof DhtItem.Mutable mutable) {
            line.with("seq", mutable.seq()).with("signature", HexFormat.of().formatHex(mutable.signature()));
        }
        line.print(terminal.out());
    }

    /// A string's text; of any other value its bencoded form, which a publisher may have made badly.
    private static String text(byte[] value) {
        try {
            if (Bencode.read(value, BencodeLimits.MESSAGE) instanceof ByteString string) {
                return string.text();
            }
        } catch (ProtocolException e) {
            LOG.log(System.Logger.Level.DEBUG, "the item is no bencode: " + e.getMessage());
        }
        return new String(value, StandardCharsets.UTF_8);
    }
}
