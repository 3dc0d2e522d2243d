package dev.jackdaw.tracker.accounts;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/// Reports that were written together, under a number that rises by one from frame to frame.
///
/// On disk: `length(4) crc32c(4) sequence(8) report…`, where `length` counts what follows the checksum and the
/// checksum is of the same bytes. A report: `time(8) uploaded(8) downloaded(8) infoHash(20) peerId(20) started(1)
/// nameLength(1) name`. A frame that was cut short by a crash fails its checksum, and what it would have said is
/// in the clients' next reports.
record JournalFrame(long sequence, List<Report> reports) {
    /// Reports in one frame; more go into the next.
    static final int MAX_REPORTS = 4096;

    private static final int HEAD = 8;
    private static final int REPORT = 66;
    private static final int MAX_LENGTH = 8 + MAX_REPORTS * (REPORT + UserName.MAX_LENGTH);

    JournalFrame {
        reports = List.copyOf(reports);
    }

    /// The frame's bytes, ready to be written.
    ByteBuffer encode() {
        ByteBuffer out = ByteBuffer.allocate(HEAD + 8 + reports.size() * (REPORT + UserName.MAX_LENGTH));
        out.position(HEAD).putLong(sequence);
        for (Report report : reports) {
            byte[] name = report.user().getBytes(StandardCharsets.US_ASCII);
            out.putLong(report.timeMillis())
                    .putLong(report.uploaded())
                    .putLong(report.downloaded())
                    .put(report.infoHash().toBytes())
                    .put(report.peerId().toBytes())
                    .put((byte) (report.started() ? 1 : 0))
                    .put((byte) name.length)
                    .put(name);
        }
        out.flip();
        out.putInt(0, out.limit() - HEAD).putInt(4, checksum(out.slice(HEAD, out.limit() - HEAD)));
        return out;
    }

    /// Takes the next frame from `in`; empty, and nothing taken, if what is there is no whole frame.
    static Optional<JournalFrame> decode(ByteBuffer in) {
        if (in.remaining() < HEAD) {
            return Optional.empty();
        }
        int start = in.position();
        int length = in.getInt(start);
        if (length < 8 || length > MAX_LENGTH || length > in.remaining() - HEAD) {
            return Optional.empty();
        }
        ByteBuffer body = in.slice(start + HEAD, length);
        if (checksum(body.duplicate()) != in.getInt(start + 4)) {
            return Optional.empty();
        }
        in.position(start + HEAD + length);
        long sequence = body.getLong();
        List<Report> reports = new ArrayList<>();
        while (body.hasRemaining()) {
            reports.add(report(body));
        }
        return Optional.of(new JournalFrame(sequence, reports));
    }

    private static Report report(ByteBuffer in) {
        long timeMillis = in.getLong();
        long uploaded = in.getLong();
        long downloaded = in.getLong();
        byte[] id = new byte[InfoHash.LENGTH];
        in.get(id);
        InfoHash infoHash = InfoHash.of(id);
        in.get(id);
        PeerId peerId = PeerId.of(id);
        boolean started = in.get() != 0;
        byte[] name = new byte[in.get()];
        in.get(name);
        return new Report(
                new String(name, StandardCharsets.US_ASCII),
                infoHash,
                peerId,
                uploaded,
                downloaded,
                started,
                timeMillis);
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
