package dev.jackdaw.gui.model;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// The user's trash can as Linux desktops keep it (freedesktop.org, "The FreeDesktop.org Trash specification"
/// 1.0): what is moved there can be put back with the file manager.
///
/// Only the home trash is used, and only by renaming: content on another file system is refused rather than
/// copied there.
public final class Trash {
    private final Path directory;

    private Trash(Path directory) {
        this.directory = directory;
    }

    /// The trash below that data directory, `$XDG_DATA_HOME`.
    public static Trash in(Path dataHome) {
        return new Trash(dataHome.resolve("Trash"));
    }

    /// The desktop's own, on systems that keep one in this way.
    ///
    /// @param dataHome `$XDG_DATA_HOME`, if it is set
    public static Optional<Trash> ofDesktop(String osName, Optional<String> dataHome, Path home) {
        if (!osName.equals("Linux")) {
            return Optional.empty();
        }
        return Optional.of(in(dataHome.filter(path -> path.startsWith("/"))
                .map(Path::of)
                .orElseGet(() -> home.resolve(".local/share"))));
    }

    /// Moves a file or folder there.
    ///
    /// @throws IOException if it cannot, with the reason; it is where it was then
    public void put(Path content) throws IOException {
        Path files = Files.createDirectories(directory.resolve("files"));
        Path infos = Files.createDirectories(directory.resolve("info"));
        Path absolute = content.toAbsolutePath().normalize();
        if (!Files.getFileStore(files).equals(Files.getFileStore(absolute))) {
            throw new IOException(absolute + " is on another file system than the trash");
        }
        String note = "[Trash Info]\nPath=" + encoded(absolute) + "\nDeletionDate="
                + LocalDateTime.now().truncatedTo(ChronoUnit.SECONDS) + "\n";
        String name = String.valueOf(absolute.getFileName());
        for (int attempt = 1; ; attempt++) {
            String unique = attempt == 1 ? name : name + "." + attempt;
            Path info = infos.resolve(unique + ".trashinfo");
            try {
                Files.writeString(info, note, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            } catch (FileAlreadyExistsException e) {
                continue; // the name is taken in the trash
            }
            try {
                Files.move(absolute, files.resolve(unique));
                return;
            } catch (FileAlreadyExistsException e) {
                Files.delete(info);
            } catch (IOException e) {
                Files.delete(info);
                throw e;
            }
        }
    }

    private static String encoded(Path path) {
        StringBuilder out = new StringBuilder();
        for (byte b : path.toString().getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = c < 0x7f && (Character.isLetterOrDigit(c) || "/-_.~".indexOf(c) >= 0);
            out.append(plain ? String.valueOf(c) : String.format("%%%02X", b & 0xff));
        }
        return out.toString();
    }
}
