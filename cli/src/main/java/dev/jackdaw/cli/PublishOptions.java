package dev.jackdaw.cli;

import dev.jackdaw.dht.DhtItem;
import dev.jackdaw.dht.PublisherKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// Under which name something mutable is put into the DHT (BEP 44): a key file's key, and a salt.
final class PublishOptions {
    @Option(
            names = "--salt",
            paramLabel = "S",
            description = "Which of the key's items it is: any text of at most 64 bytes. Default: none.")
    String salt = "";

    /// @throws CommandFailure if it is too long
    byte[] salt() {
        byte[] bytes = salt.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > DhtItem.MAX_SALT_LENGTH) {
            throw CommandFailure.badInput(
                    "--salt of " + bytes.length + " bytes, expected at most " + DhtItem.MAX_SALT_LENGTH);
        }
        return bytes;
    }

    /// The file's key, made if there is no such file.
    static PublisherKey key(Terminal terminal, String file) {
        Path path = terminal.resolve(file);
        try {
            return PublisherKey.readOrCreate(path);
        } catch (IOException e) {
            throw CommandFailure.badInput(
                    "cannot use the key file " + terminal.display(path) + ": " + ErrorReport.reason(e), e);
        }
    }
}
