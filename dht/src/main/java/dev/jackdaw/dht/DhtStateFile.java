package dev.jackdaw.dht;

import dev.jackdaw.protocol.PeerAddress;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/// What a node remembers between runs: its ids, and nodes that answered.
///
/// A header of 16 bytes (`JKDH`, version, length of the content, CRC-32C of the other three and the content),
/// then each family's id, if it has one, and the contacts in their compact form. Written to a temporary name,
/// forced, renamed.
final class DhtStateFile {
    private static final int MAGIC = 0x4A4B4448;
    private static final int VERSION = 1;
    private static final int HEADER_LENGTH = 16;
    private static final int MAX_LENGTH = 1 << 20;
    /// More are not kept.
    private static final int MOST_NODES = 2_000;

    private final Path path;

    DhtStateFile(Path path) {
        this.path = path;
    }

    record State(Optional<NodeId> id4, Optional<NodeId> id6, List<NodeContact> nodes) {
        static final State NONE = new State(Optional.empty(), Optional.empty(), List.of());

        State {
            nodes = List.copyOf(nodes);
        }
    }

    /// What was written last; nothing if there is nothing.
    ///
    /// @throws IOException if there is a file that is damaged: it is set aside, and the message says so
    State read() throws IOException {
        byte[] bytes;
        try {
            if (Files.size(path) > MAX_LENGTH) {
                throw damaged("longer than " + MAX_LENGTH + " bytes");
            }
            bytes = Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            return State.NONE;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length < HEADER_LENGTH || in.getInt() != MAGIC) {
            throw damaged("not a DHT state file");
        }
        int version = in.getInt();
        int length = in.getInt();
        int checksum = in.getInt();
        if (length != in.remaining() || checksum != checksum(bytes)) {
            throw damaged("the checksum is not that of the content");
        }
        if (version != VERSION) {
            throw damaged("version " + version + ", expected " + VERSION);
        }
        try {
            return new State(readId(in), readId(in), readContacts(in));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw damaged("not what it says it is");
        }
    }

    void write(State state) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(HEADER_LENGTH + 42 + state.nodes().size() * 39);
        out.putInt(MAGIC).putInt(VERSION).putInt(0).putInt(0);
        putId(out, state.id4());
        putId(out, state.id6());
        for (NodeContact node :
                state.nodes().subList(0, Math.min(MOST_NODES, state.nodes().size()))) {
            out.put((byte) (node.address().v6() ? 6 : 4))
                    .put(node.id().toBytes())
                    .put(node.address().toCompact());
        }
        out.flip();
        byte[] bytes = new byte[out.remaining()];
        out.get(bytes);
        ByteBuffer.wrap(bytes).putInt(8, bytes.length - HEADER_LENGTH);
        ByteBuffer.wrap(bytes).putInt(12, checksum(bytes));
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        try (FileChannel file = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                file.write(rest);
            }
            file.force(true);
        }
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private IOException damaged(String how) throws IOException {
        Path aside = path.resolveSibling(path.getFileName() + ".damaged");
        Files.move(path, aside, StandardCopyOption.REPLACE_EXISTING);
        return new IOException(path + " is damaged (" + how + "): set aside as " + aside.getFileName());
    }

    private static void putId(ByteBuffer out, Optional<NodeId> id) {
        out.put((byte) (id.isPresent() ? 1 : 0));
        id.ifPresent(known -> out.put(known.toBytes()));
    }

    private static Optional<NodeId> readId(ByteBuffer in) {
        return in.get() == 0 ? Optional.empty() : Optional.of(readNodeId(in));
    }

    private static NodeId readNodeId(ByteBuffer in) {
        byte[] id = new byte[NodeId.LENGTH];
        in.get(id);
        return NodeId.of(id);
    }

    private static List<NodeContact> readContacts(ByteBuffer in) {
        List<NodeContact> nodes = new ArrayList<>();
        while (in.hasRemaining()) {
            boolean v6 = in.get() == 6;
            nodes.add(new NodeContact(readNodeId(in), PeerAddress.readCompact(in, v6)));
        }
        return nodes;
    }

    /// Of everything but the checksum itself.
    private static int checksum(byte[] file) {
        CRC32C crc = new CRC32C();
        crc.update(file, 0, HEADER_LENGTH - 4);
        crc.update(file, HEADER_LENGTH, file.length - HEADER_LENGTH);
        return (int) crc.getValue();
    }
}
