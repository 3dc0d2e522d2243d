package dev.jackdaw.gui.model;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.toml.TomlMapper;

/// A small TOML file that people may edit and we replace whole.
///
/// Writing goes to `NAME.new`, which is forced and takes the file's name; what was there becomes `NAME.old`. A
/// file that cannot be read as TOML, or is of a later version, is set aside as `NAME.damaged` with a complaint,
/// and the old one counts. One writer at a time.
public final class TomlFile {
    /// A larger one is not ours.
    private static final long MAX_BYTES = 16 << 20;

    private static final String VERSION = "version";

    private final Path file;
    private final int version;
    private final TomlMapper mapper = new TomlMapper();

    /// @param version of the form that is written; later ones are not understood
    public TomlFile(Path file, int version) {
        this.file = file;
        this.version = version;
    }

    public ObjectNode empty() {
        return mapper.createObjectNode();
    }

    /// Reads the file; never fails.
    ///
    /// @param complaints told of what could not be used, in a sentence
    /// @return empty if there is nothing usable
    public Optional<JsonNode> read(Consumer<String> complaints) {
        Optional<JsonNode> content = read(file, complaints);
        if (content.isPresent() || !Files.exists(sibling(".old"))) {
            return content;
        }
        return read(sibling(".old"), complaints);
    }

    private Optional<JsonNode> read(Path copy, Consumer<String> complaints) {
        if (!Files.exists(copy)) {
            return Optional.empty();
        }
        try {
            if (Files.size(copy) > MAX_BYTES) {
                throw new IOException("more than " + MAX_BYTES + " bytes");
            }
            JsonNode root = mapper.readTree(Files.readString(copy));
            int found = root.path(VERSION).asInt(0);
            if (found < 1 || found > version) {
                throw new IOException("version " + found + ", expected 1 to " + version);
            }
            return Optional.of(root);
        } catch (IOException | JacksonException e) {
            complaints.accept("cannot use " + copy + ": " + firstLine(e) + "; it is kept as " + sibling(".damaged"));
            setAside(copy, complaints);
            return Optional.empty();
        }
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
    }

    private void setAside(Path copy, Consumer<String> complaints) {
        try {
            Files.move(copy, sibling(".damaged"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            complaints.accept("cannot set " + copy + " aside: " + e);
        }
    }

    /// Replaces the file durably.
    public void write(ObjectNode content) throws IOException {
        ObjectNode versioned = empty();
        versioned.put(VERSION, version);
        versioned.setAll(content);
        byte[] bytes = mapper.writeValueAsString(versioned).getBytes(StandardCharsets.UTF_8);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path fresh = sibling(".new");
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(java.nio.ByteBuffer.wrap(bytes));
            channel.force(true);
        }
        if (Files.exists(file)) {
            Files.copy(file, sibling(".old"), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path sibling(String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }
}
