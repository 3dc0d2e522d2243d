package dev.jackdaw.protocol.metainfo;

import dev.jackdaw.protocol.bencode.BencodeValue;
import dev.jackdaw.protocol.bencode.BencodeValue.ByteString;
import dev.jackdaw.protocol.bencode.BencodeValue.Dictionary;
import dev.jackdaw.protocol.bencode.BencodeValue.Int;
import dev.jackdaw.protocol.bencode.BencodeValue.Items;
import dev.jackdaw.protocol.bencode.BencodeWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A torrent to be put together right or wrong: texts (ISO 8859-1, so that any bytes can be had), numbers, lists and
/// maps become bencoded bytes.
final class TorrentDraft {
    final Map<String, Object> info = new LinkedHashMap<>();
    final Map<String, Object> root = new LinkedHashMap<>();

    private TorrentDraft() {
        info.put("name", "n");
        info.put("piece length", 16_384);
        root.put("info", info);
    }

    /// A torrent of one file of three bytes.
    static TorrentDraft single() {
        return new TorrentDraft().with("length", 3).pieces(1);
    }

    /// A torrent of these files, three bytes each, `/` between the components of each.
    static TorrentDraft of(String... paths) {
        Object[] files = Arrays.stream(paths).map(path -> file(3, path)).toArray();
        return new TorrentDraft().files(files);
    }

    static Map<String, Object> file(Object length, String path) {
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("length", length);
        file.put("path", Arrays.asList((Object[]) path.split("/", -1)));
        return file;
    }

    static Map<String, Object> file(Object length, String path, String attributes) {
        Map<String, Object> file = file(length, path);
        file.put("attr", attributes);
        return file;
    }

    TorrentDraft files(Object... files) {
        return with("files", Arrays.asList(files)).without("length").pieces(1);
    }

    TorrentDraft pieces(int count) {
        return with("pieces", "x".repeat(20 * count));
    }

    TorrentDraft with(String key, Object value) {
        info.put(key, value);
        return this;
    }

    TorrentDraft without(String key) {
        info.remove(key);
        return this;
    }

    TorrentDraft around(String key, Object value) {
        root.put(key, value);
        return this;
    }

    byte[] bytes() {
        return BencodeWriter.write(value(root));
    }

    private static BencodeValue value(Object object) {
        return switch (object) {
            case String text -> new ByteString(text.getBytes(StandardCharsets.ISO_8859_1));
            case Number number -> new Int(number.longValue());
            case List<?> list ->
                new Items(list.stream().map(TorrentDraft::value).toList());
            case Map<?, ?> map -> {
                Map<String, BencodeValue> entries = new LinkedHashMap<>();
                map.forEach((key, value) -> entries.put((String) key, value(value)));
                yield Dictionary.of(entries);
            }
            default -> throw new IllegalArgumentException(object.toString());
        };
    }

    static List<String> repeat(String text, int count) {
        List<String> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            list.add(text);
        }
        return list;
    }
}
