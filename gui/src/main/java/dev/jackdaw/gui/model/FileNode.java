package dev.jackdaw.gui.model;

import dev.jackdaw.peer.FilePriority;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.jspecify.annotations.Nullable;

/// A file or folder of a torrent, with what is below it summed up. For one thread.
public final class FileNode {
    /// @param completed bytes of these that are verified
    /// @param priority  empty if what is below a folder differs
    public record Totals(long length, long completed, long wanted, Optional<FilePriority> priority) {
        /// Share that is verified, 0 … 1.
        public double progress() {
            return length == 0 ? 1 : (double) completed / length;
        }
    }

    /// What is known of a file.
    ///
    /// @param index in the torrent's order
    /// @param path  with `/` between components
    public record Leaf(int index, String path, long length, long completed, FilePriority priority) {}

    private final String name;
    private final String path;
    private final int index;
    private final List<FileNode> children = new ArrayList<>();
    private final Map<String, FileNode> folders = new LinkedHashMap<>();
    private final ReadOnlyObjectWrapper<Totals> totals =
            new ReadOnlyObjectWrapper<>(this, "totals", new Totals(0, 0, 0, Optional.of(FilePriority.NORMAL)));

    private FileNode(String name, String path, int index) {
        this.name = DisplayText.of(name);
        this.path = path;
        this.index = index;
    }

    /// The tree of those files, in their order, under a root without a name.
    public static FileNode tree(List<Leaf> files) {
        FileNode root = new FileNode("", "", -1);
        for (Leaf file : files) {
            root.put(file);
        }
        root.update(files);
        return root;
    }

    private void put(Leaf file) {
        String[] components = file.path().split("/", -1);
        FileNode at = this;
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < components.length - 1; i++) {
            path.append(i == 0 ? "" : "/").append(components[i]);
            String folderPath = path.toString();
            String component = components[i];
            FileNode parent = at;
            at = at.folders.computeIfAbsent(component, added -> {
                FileNode folder = new FileNode(component, folderPath, -1);
                parent.children.add(folder);
                return folder;
            });
        }
        at.children.add(new FileNode(components[components.length - 1], file.path(), file.index()));
    }

    /// Takes the present numbers of the same files.
    public void update(List<Leaf> files) {
        Map<Integer, Leaf> byIndex = new LinkedHashMap<>();
        files.forEach(file -> byIndex.put(file.index(), file));
        update(byIndex);
    }

    private Totals update(Map<Integer, Leaf> files) {
        Totals now;
        @Nullable Leaf file = files.get(index);
        if (isFile() && file != null) {
            now = new Totals(
                    file.length(),
                    file.completed(),
                    file.priority() == FilePriority.SKIP ? 0 : file.length(),
                    Optional.of(file.priority()));
        } else {
            long length = 0;
            long completed = 0;
            long wanted = 0;
            Optional<FilePriority> common = Optional.empty();
            for (int i = 0; i < children.size(); i++) {
                Totals below = children.get(i).update(files);
                length += below.length;
                completed += below.completed;
                wanted += below.wanted;
                common = i == 0 || common.equals(below.priority) ? below.priority : Optional.empty();
            }
            now = new Totals(length, completed, wanted, common);
        }
        if (!now.equals(totals.get())) {
            totals.set(now);
        }
        return now;
    }

    /// Fit to show.
    public String name() {
        return name;
    }

    /// Safe, with `/` between components.
    public String path() {
        return path;
    }

    public boolean isFile() {
        return index >= 0;
    }

    public List<FileNode> children() {
        return List.copyOf(children);
    }

    public ReadOnlyObjectProperty<Totals> totals() {
        return totals.getReadOnlyProperty();
    }

    /// The indexes of all files here and below.
    public List<Integer> files() {
        List<Integer> indexes = new ArrayList<>();
        collect(indexes::add);
        return indexes;
    }

    private void collect(Consumer<Integer> target) {
        if (isFile()) {
            target.accept(index);
        }
        children.forEach(child -> child.collect(target));
    }
}
