package dev.jackdaw.cli;

import dev.jackdaw.dht.DhtItem;
import dev.jackdaw.dht.StoreReport;
import dev.jackdaw.protocol.bencode.BencodeValue.ByteString;
import dev.jackdaw.protocol.bencode.BencodeWriter;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `jackdaw dht put`: keeps a string in the DHT (BEP 44).
@Command(
        name = "put",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = "Keeps a string in the DHT, for about two hours; prints the target to get it by.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {"  jackdaw dht put 'Hello World!'", "", "Exit status: 0 kept by some node, 1 by none, 2 wrong usage."
        })
final class DhtPutCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "VALUE", description = "Text; as UTF-8, about 1000 bytes at most.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    String text;

    @Mixin
    DhtQuestion question = new DhtQuestion();

    DhtPutCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        DhtItem item = new DhtItem.Immutable(BencodeWriter.write(ByteString.of(text)));
        if (item.value().length > DhtItem.MAX_VALUE_LENGTH) {
            throw CommandFailure.badInput("VALUE is " + item.value().length + " bytes when bencoded, expected at most "
                    + DhtItem.MAX_VALUE_LENGTH);
        }
        StoreReport report = question.ask(terminal, dht -> dht.put(item, OptionalLong.empty()))
                .filter(stored -> stored.stored() > 0)
                .orElseThrow(() -> CommandFailure.failed("no node took the item " + item.target()));
        if (question.json) {
            new JsonLine()
                    .with("target", item.target().hex())
                    .with("stored", report.stored())
                    .print(terminal.out());
        } else {
            terminal.out().println(item.target());
        }
        return ExitStatus.DONE.code();
    }
}
