package dev.jackdaw.gui.model;

import dev.jackdaw.protocol.InfoHash;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// How the app was left: the window, the table's columns, the queue. Immutable; its lasting form is [File]'s.
///
/// @param columns   in their order on the screen; empty for the usual ones
/// @param sorting   the column that sorts; empty for none
/// @param queue     incomplete torrents, the first in the queue first
/// @param held      those that the queue holds back, as opposed to those that the user has paused
/// @param unanswered magnet links that were looked up for a dialog that nobody answered
public record WindowState(
        Bounds bounds,
        List<Column> columns,
        Optional<Sorting> sorting,
        double detailsShare,
        boolean sidebar,
        boolean details,
        List<InfoHash> queue,
        List<InfoHash> held,
        List<InfoHash> unanswered) {
    public WindowState {
        columns = List.copyOf(columns);
        queue = List.copyOf(queue);
        held = List.copyOf(held);
        unanswered = List.copyOf(unanswered);
    }

    /// Pixels on the desktop.
    public record Bounds(double x, double y, double width, double height, boolean maximized) {}

    /// @param width pixels
    public record Column(String id, double width, boolean visible) {}

    public record Sorting(String column, boolean descending) {}

    public static WindowState initial() {
        return new WindowState(
                new Bounds(Double.NaN, Double.NaN, 1280, 780, false),
                List.of(),
                Optional.empty(),
                0.58,
                true,
                true,
                List.of(),
                List.of(),
                List.of());
    }

    public WindowState withUnanswered(List<InfoHash> value) {
        return new WindowState(bounds, columns, sorting, detailsShare, sidebar, details, queue, held, value);
    }

    public WindowState withQueue(List<InfoHash> order, List<InfoHash> heldBack) {
        return new WindowState(bounds, columns, sorting, detailsShare, sidebar, details, order, heldBack, unanswered);
    }

    /// The state on disk, `desktop-window.toml`.
    public static final class File {
        private static final int VERSION = 1;

        private final TomlFile file;

        public File(Path path) {
            file = new TomlFile(path, VERSION);
        }

        /// The initial state if there is none, or what there is cannot be used.
        public WindowState load(Consumer<String> complaints) {
            return file.read(complaints).map(File::read).orElse(initial());
        }

        public void save(WindowState state) throws IOException {
            ObjectNode root = file.empty();
            ObjectNode window = root.putObject("window");
            if (!Double.isNaN(state.bounds.x)) {
                window.put("x", state.bounds.x).put("y", state.bounds.y);
            }
            window.put("width", state.bounds.width)
                    .put("height", state.bounds.height)
                    .put("maximized", state.bounds.maximized)
                    .put("details-share", state.detailsShare)
                    .put("sidebar", state.sidebar)
                    .put("details", state.details);
            state.sorting.ifPresent(sorting ->
                    root.putObject("sorting").put("column", sorting.column).put("descending", sorting.descending));
            ArrayNode columns = root.putArray("columns");
            state.columns.forEach(column -> columns.addObject()
                    .put("id", column.id)
                    .put("width", column.width)
                    .put("visible", column.visible));
            ObjectNode torrents = root.putObject("torrents");
            hashes(torrents.putArray("queue"), state.queue);
            hashes(torrents.putArray("held"), state.held);
            hashes(torrents.putArray("unanswered"), state.unanswered);
            file.write(root);
        }

        private static void hashes(ArrayNode target, List<InfoHash> source) {
            source.forEach(infoHash -> target.add(infoHash.hex()));
        }

        private static WindowState read(JsonNode root) {
            WindowState usual = initial();
            JsonNode window = root.path("window");
            List<Column> columns = new ArrayList<>();
            for (JsonNode column : root.path("columns")) {
                columns.add(new Column(
                        column.path("id").asString(""),
                        column.path("width").asDouble(0),
                        column.path("visible").asBoolean(true)));
            }
            JsonNode sorting = root.path("sorting");
            return new WindowState(
                    new Bounds(
                            window.path("x").asDouble(Double.NaN),
                            window.path("y").asDouble(Double.NaN),
                            Math.max(400, window.path("width").asDouble(usual.bounds.width)),
                            Math.max(300, window.path("height").asDouble(usual.bounds.height)),
                            window.path("maximized").asBoolean(false)),
                    columns,
                    sorting.path("column").isString()
                            ? Optional.of(new Sorting(
                                    sorting.path("column").asString(),
                                    sorting.path("descending").asBoolean(false)))
                            : Optional.empty(),
                    Math.clamp(window.path("details-share").asDouble(usual.detailsShare), 0.1, 0.95),
                    window.path("sidebar").asBoolean(true),
                    window.path("details").asBoolean(true),
                    hashes(root.path("torrents").path("queue")),
                    hashes(root.path("torrents").path("held")),
                    hashes(root.path("torrents").path("unanswered")));
        }

        private static List<InfoHash> hashes(JsonNode source) {
            List<InfoHash> all = new ArrayList<>();
            for (JsonNode entry : source) {
                String hex = entry.asString("");
                if (hex.matches("[0-9a-f]{40}")) {
                    all.add(InfoHash.ofHex(hex));
                }
            }
            return all;
        }
    }
}
