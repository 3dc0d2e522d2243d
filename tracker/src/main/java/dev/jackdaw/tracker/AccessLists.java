package dev.jackdaw.tracker;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.tracker.TrackerConfig.AccessList;
import dev.jackdaw.tracker.TrackerConfig.AccessList.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The policy of the operator's lists: which torrents and which addresses are served. What they let through is
/// judged by the next policy.
///
/// A list is a text file: an info-hash in 40 hexadecimal digits, or an [AddressRange], on each line; what
/// follows a `#` is a comment. [#reload] reads files that have changed, while requests are judged by what was
/// read before.
final class AccessLists implements AnnouncePolicy {
    private static final System.Logger LOG = System.getLogger(AccessLists.class.getName());

    private static final Refused TORRENT = new Refused("this torrent is not served here");
    private static final Refused ADDRESS = new Refused("your address is not served here");

    private final AnnouncePolicy next;
    private final @Nullable Listed<InfoHashSet> torrents;
    private final @Nullable Listed<AddressSet> addresses;

    /// A list and what was last read of it.
    private static final class Listed<T> {
        final Mode mode;
        final WatchedFile file;
        final Function<List<String>, T> reader;
        volatile T entries;

        Listed(AccessList list, Function<List<String>, T> reader) throws IOException {
            this.mode = list.mode();
            this.file = new WatchedFile(list.file());
            this.reader = reader;
            file.hasChanged();
            this.entries = read();
        }

        T read() throws IOException {
            return reader.apply(lines(file.path()));
        }

        boolean refuses(boolean listed) {
            return listed == (mode == Mode.DENY);
        }

        void reload() {
            if (!file.hasChanged()) {
                return;
            }
            try {
                entries = read();
                LOG.log(System.Logger.Level.INFO, "read {0} again", file.path());
            } catch (IOException | IllegalArgumentException e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "keeping the entries before of {0}: {1}",
                        file.path(),
                        e.getMessage());
            }
        }
    }

    /// Reads the lists that the settings name.
    ///
    /// @throws IOException if one cannot be read, or has a line that is not understood
    static AnnouncePolicy of(TrackerConfig config, AnnouncePolicy next) throws IOException {
        return config.torrents().isEmpty() && config.addresses().isEmpty() ? next : new AccessLists(config, next);
    }

    private AccessLists(TrackerConfig config, AnnouncePolicy next) throws IOException {
        this.next = next;
        try {
            Optional<AccessList> torrentList = config.torrents();
            torrents = torrentList.isEmpty() ? null : new Listed<>(torrentList.get(), AccessLists::infoHashes);
            Optional<AccessList> addressList = config.addresses();
            addresses = addressList.isEmpty() ? null : new Listed<>(addressList.get(), AccessLists::ranges);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public Verdict announce(Announcement announcement) {
        Verdict verdict = judge(announcement);
        return verdict instanceof Refused ? verdict : next.announce(announcement);
    }

    @Override
    public Verdict scrape(Announcement query) {
        Verdict verdict = judge(query);
        return verdict instanceof Refused ? verdict : next.scrape(query);
    }

    @Override
    public boolean readsPasskey() {
        return next.readsPasskey();
    }

    @Override
    public void reload() {
        if (torrents != null) {
            torrents.reload();
        }
        if (addresses != null) {
            addresses.reload();
        }
        next.reload();
    }

    private Verdict judge(Announcement asked) {
        if (addresses != null && addresses.refuses(addresses.entries.contains(asked.family, asked.high, asked.low))) {
            return ADDRESS;
        }
        if (torrents != null
                && torrents.refuses(torrents.entries.contains(asked.hashHigh, asked.hashMiddle, asked.hashLow))) {
            return TORRENT;
        }
        return Allowed.ALLOWED;
    }

    /// The entries of a file with `file:line: ` before each, for messages.
    private static List<String> lines(Path file) throws IOException {
        List<String> entries = new ArrayList<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            int comment = line.indexOf('#');
            String entry = (comment < 0 ? line : line.substring(0, comment)).strip();
            if (!entry.isEmpty()) {
                entries.add(file + ":" + number + ": " + entry);
            }
        }
        return entries;
    }

    private static InfoHashSet infoHashes(List<String> lines) {
        return new InfoHashSet(lines.stream()
                .map(line -> parse(line, InfoHash::ofHex, "info-hash of 40 hexadecimal digits"))
                .toList());
    }

    private static AddressSet ranges(List<String> lines) {
        return new AddressSet(lines.stream()
                .map(line -> parse(line, AddressRange::parse, "address, nor a range such as 192.0.2.0/24"))
                .toList());
    }

    private static <T> T parse(String line, Function<String, T> parser, String expected) {
        int start = line.lastIndexOf(' ') + 1;
        try {
            return parser.apply(line.substring(start));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(line + " is no " + expected, e);
        }
    }
}
