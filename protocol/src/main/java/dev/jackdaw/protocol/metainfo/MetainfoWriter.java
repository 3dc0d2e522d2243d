package dev.jackdaw.protocol.metainfo;

import dev.jackdaw.protocol.bencode.BencodeValue;
import dev.jackdaw.protocol.bencode.BencodeValue.ByteString;
import dev.jackdaw.protocol.bencode.BencodeValue.Int;
import dev.jackdaw.protocol.bencode.BencodeValue.Items;
import dev.jackdaw.protocol.bencode.BencodeWriter;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Writes a `.torrent` file around the original bytes of an info dictionary, which must not change by a byte.
final class MetainfoWriter {
    private MetainfoWriter() {}

    static byte[] write(Metainfo metainfo) {
        Map<String, byte[]> entries = new TreeMap<>();
        List<List<String>> tiers = metainfo.trackers();
        if (!tiers.isEmpty()) {
            entries.put("announce", encode(ByteString.of(tiers.getFirst().getFirst())));
        }
        if (tiers.size() > 1 || (!tiers.isEmpty() && tiers.getFirst().size() > 1)) {
            entries.put(
                    "announce-list",
                    encode(new Items(tiers.stream().map(MetainfoWriter::strings).toList())));
        }
        metainfo.comment().ifPresent(text -> entries.put("comment", encode(ByteString.of(text))));
        metainfo.createdBy().ifPresent(text -> entries.put("created by", encode(ByteString.of(text))));
        metainfo.creationDate().ifPresent(date -> entries.put("creation date", encode(new Int(date.getEpochSecond()))));
        if (!metainfo.httpSeeds().isEmpty()) {
            entries.put("httpseeds", encode(strings(metainfo.httpSeeds())));
        }
        entries.put("info", metainfo.info().bytes());
        if (!metainfo.nodes().isEmpty()) {
            List<BencodeValue> nodes = metainfo.nodes().stream()
                    .map(node -> (BencodeValue) new Items(List.of(ByteString.of(node.host()), new Int(node.port()))))
                    .toList();
            entries.put("nodes", encode(new Items(nodes)));
        }
        if (!metainfo.webSeeds().isEmpty()) {
            entries.put("url-list", encode(strings(metainfo.webSeeds())));
        }
        return dictionary(entries);
    }

    private static byte[] dictionary(Map<String, byte[]> entries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write('d');
        entries.forEach((key, value) -> {
            out.writeBytes(encode(ByteString.of(key)));
            out.writeBytes(value);
        });
        out.write('e');
        return out.toByteArray();
    }

    private static BencodeValue strings(List<String> texts) {
        return new Items(
                texts.stream().map(text -> (BencodeValue) ByteString.of(text)).toList());
    }

    private static byte[] encode(BencodeValue value) {
        return BencodeWriter.write(value);
    }
}
