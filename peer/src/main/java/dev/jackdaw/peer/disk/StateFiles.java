package dev.jackdaw.peer.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/// Small files that are replaced whole, and of which a good copy exists at every moment, whatever is pulled out of the
/// wall when: a resume record, the list of torrents, the DHT's state.
///
/// A file is a header of 16 bytes (`JKDW`, version, length of the content, CRC32C of all but the header's checksum),
/// and the content. Writing goes to `NAME.new`, which is forced; then what was there becomes `NAME.old`, and the new
/// one takes its name. Reading takes the first good one of `NAME`, `NAME.new` and `NAME.old`, and sets a damaged `NAME`
/// aside as `NAME.damaged`.
///
/// Not thread-safe: each name has one writer at a time.
public final class StateFiles {
    private static final int MAGIC = 0x4A4B4457;
    private static final int HEADER_LENGTH = 16;
    /// A larger file is damaged or not ours; nothing that we keep comes near.
    static final int MAX_LENGTH = 64 << 20;

    private final Folder folder;

    public StateFiles(Path directory) {
        this(new LocalFolder(directory));
    }

    StateFiles(Folder folder) {
        this.folder = folder;
    }

    /// What was found under a name.
    ///
    /// @param content    empty if there is no good copy
    /// @param complaints a sentence for each copy that was damaged, or that could not be read
    public record Loaded(Optional<Content> content, List<String> complaints) {
        public Loaded {
            complaints = List.copyOf(complaints);
        }
    }

    /// @param version what the writer called it; the reader knows which ones it understands
    public record Content(int version, byte[] bytes) {}

    /// Replaces the file durably.
    public void write(String name, int version, byte[] content) throws IOException {
        if (content.length > MAX_LENGTH - HEADER_LENGTH) {
            throw new StorageException(
                    "write", folder.describe(List.of(name)), content.length + " bytes, the limit is " + MAX_LENGTH);
        }
        List<String> fresh = List.of(name + ".new");
        try (OpenFile file = folder.openForWriting(fresh)) {
            ByteBuffer bytes = encode(version, content);
            file.truncate(0);
            file.writeFully(bytes, 0);
            file.force();
        } catch (IOException e) {
            throw StorageException.of("write", folder.describe(fresh), e);
        }
        if (folder.facts(List.of(name)).isPresent()) {
            folder.rename(List.of(name), List.of(name + ".old"));
        }
        folder.rename(fresh, List.of(name));
        folder.forceNames(List.of());
    }

    /// Whether a file is there, under its own name, with just this content, so that it need not be written.
    public boolean holds(String name, int version, byte[] content) {
        List<String> path = List.of(name);
        try {
            if (folder.facts(path).isEmpty()) {
                return false;
            }
            Content there = readCopy(path);
            return there.version() == version && Arrays.equals(there.bytes(), content);
        } catch (IOException e) {
            return false; // writing mends it, or says why not
        }
    }

    /// Never fails: what cannot be read is complained of.
    public Loaded read(String name) {
        List<String> complaints = new ArrayList<>();
        for (String copy : List.of(name, name + ".new", name + ".old")) {
            List<String> path = List.of(copy);
            try {
                if (folder.facts(path).isEmpty()) {
                    continue;
                }
                return new Loaded(Optional.of(readCopy(path)), complaints);
            } catch (IOException e) {
                complaints.add(
                        StorageException.of("read", folder.describe(path), e).getMessage());
            }
            if (copy.equals(name)) {
                setAside(name, complaints);
            }
        }
        return new Loaded(Optional.empty(), complaints);
    }

    /// Deletes all copies.
    public void delete(String name) throws IOException {
        for (String copy : List.of(name, name + ".new", name + ".old", name + ".damaged")) {
            folder.delete(List.of(copy));
        }
    }

    private void setAside(String name, List<String> complaints) {
        try {
            folder.rename(List.of(name), List.of(name + ".damaged"));
        } catch (IOException e) {
            complaints.add(String.valueOf(e.getMessage()));
        }
    }

    private Content readCopy(List<String> path) throws IOException {
        try (OpenFile file = folder.openForReading(path)) {
            long size = file.size();
            if (size < HEADER_LENGTH || size > MAX_LENGTH) {
                throw damaged(path, size + " bytes long");
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            if (!file.readFully(bytes, 0)) {
                throw damaged(path, "shorter than its " + size + " bytes");
            }
            return decode(path, bytes.flip());
        }
    }

    private static ByteBuffer encode(int version, byte[] content) {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_LENGTH + content.length);
        bytes.putInt(MAGIC).putInt(version).putInt(content.length);
        bytes.putInt(checksum(version, content)).put(content);
        return bytes.flip();
    }

    private Content decode(List<String> path, ByteBuffer bytes) throws StorageException {
        int magic = bytes.getInt();
        int version = bytes.getInt();
        int length = bytes.getInt();
        int checksum = bytes.getInt();
        if (magic != MAGIC) {
            throw damaged(path, "not a Jackdaw state file");
        }
        if (length != bytes.remaining()) {
            throw damaged(path, bytes.remaining() + " bytes of content, expected " + length);
        }
        byte[] content = new byte[length];
        bytes.get(content);
        if (checksum(version, content) != checksum) {
            throw damaged(path, "the checksum is not that of the content");
        }
        return new Content(version, content);
    }

    private StorageException damaged(List<String> path, String how) {
        return new StorageException("read", folder.describe(path), "damaged: " + how);
    }

    private static int checksum(int version, byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(8).putInt(version).putInt(content.length).flip());
        crc.update(content);
        return (int) crc.getValue();
    }
}
