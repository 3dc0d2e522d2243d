package dev.jackdaw.protocol.wire;

import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import dev.jackdaw.protocol.bencode.Bencode;
import dev.jackdaw.protocol.bencode.BencodeLimits;
import dev.jackdaw.protocol.bencode.BencodeValue;
import dev.jackdaw.protocol.bencode.BencodeValue.ByteString;
import dev.jackdaw.protocol.bencode.BencodeValue.Dictionary;
import dev.jackdaw.protocol.bencode.BencodeWriter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The payload of a `ut_pex` message: which peers the sender has connected to, and which it has lost (BEP 11).
///
/// Of each of a message's four lists the first [#MAX_PEERS] are taken, the rest is ignored; addresses that cannot be
/// dialled are left out. How often messages may come is for the engine to say.
public record PexMessage(List<Contact> added, List<PeerAddress> dropped) {
    /// Contacts taken of a list: twice what the specification lets a peer send, since a first message may have more.
    public static final int MAX_PEERS = 100;

    /// Room for a first message of some 2,000 peers.
    private static final BencodeLimits LIMITS = new BencodeLimits(64 * 1024, 4, 100, true, true);

    public PexMessage {
        added = List.copyOf(added);
        dropped = List.copyOf(dropped);
    }

    /// A peer, and what the sender says of it in a byte of flags.
    public record Contact(PeerAddress address, int flags) {
        public static final int PREFERS_ENCRYPTION = 0x01;
        /// A seed or partial seed.
        public static final int UPLOAD_ONLY = 0x02;
        public static final int SUPPORTS_UTP = 0x04;
        public static final int SUPPORTS_HOLEPUNCH = 0x08;
        /// The sender dialled it.
        public static final int REACHABLE = 0x10;

        public boolean has(int flag) {
            return (flags & flag) != 0;
        }
    }

    /// Reads a payload.
    public static PexMessage read(byte[] payload) throws ProtocolException {
        Dictionary root = Bencode.readDictionary(payload, LIMITS);
        List<Contact> added = new ArrayList<>();
        readAdded(root, "added", false, added);
        readAdded(root, "added6", true, added);
        List<PeerAddress> dropped = new ArrayList<>(addresses(root, "dropped", false));
        dropped.addAll(addresses(root, "dropped6", true));
        return new PexMessage(
                added.stream().filter(contact -> contact.address().isDialable()).toList(),
                dropped.stream().filter(PeerAddress::isDialable).toList());
    }

    /// The payload; keys are there only for families that have peers.
    public byte[] write() {
        Map<String, BencodeValue> root = new LinkedHashMap<>();
        for (boolean v6 : new boolean[] {false, true}) {
            String suffix = v6 ? "6" : "";
            List<Contact> contacts = added.stream()
                    .filter(contact -> contact.address().v6() == v6)
                    .toList();
            if (!contacts.isEmpty()) {
                byte[] flags = new byte[contacts.size()];
                for (int i = 0; i < flags.length; i++) {
                    flags[i] = (byte) contacts.get(i).flags();
                }
                root.put(
                        "added" + suffix,
                        compact(contacts.stream().map(Contact::address).toList()));
                root.put("added" + suffix + ".f", new ByteString(flags));
            }
            List<PeerAddress> lost =
                    dropped.stream().filter(address -> address.v6() == v6).toList();
            if (!lost.isEmpty()) {
                root.put("dropped" + suffix, compact(lost));
            }
        }
        if (root.isEmpty()) {
            root.put("added", new ByteString(new byte[0])); // one list there must be
        }
        return BencodeWriter.write(Dictionary.of(root));
    }

    private static void readAdded(Dictionary root, String key, boolean v6, List<Contact> into)
            throws ProtocolException {
        byte[] flags = root.bytes(key + ".f").orElse(new byte[0]);
        List<PeerAddress> addresses = addresses(root, key, v6);
        for (int i = 0; i < addresses.size(); i++) {
            into.add(new Contact(addresses.get(i), i < flags.length ? flags[i] & 0xff : 0));
        }
    }

    private static List<PeerAddress> addresses(Dictionary root, String key, boolean v6) throws ProtocolException {
        Optional<byte[]> compact = root.bytes(key);
        if (compact.isEmpty()) {
            return List.of();
        }
        int length = v6 ? PeerAddress.COMPACT_V6_LENGTH : PeerAddress.COMPACT_V4_LENGTH;
        if (compact.get().length % length != 0) {
            throw new ProtocolException(
                    Violation.BAD_VALUE,
                    "\"" + key + "\" of " + compact.get().length + " bytes, expected a multiple of " + length);
        }
        ByteBuffer in = ByteBuffer.wrap(compact.get());
        List<PeerAddress> addresses = new ArrayList<>();
        while (in.hasRemaining() && addresses.size() < MAX_PEERS) {
            addresses.add(PeerAddress.readCompact(in, v6));
        }
        return addresses;
    }

    private static ByteString compact(List<PeerAddress> addresses) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        addresses.forEach(address -> out.writeBytes(address.toCompact()));
        return new ByteString(out.toByteArray());
    }
}
