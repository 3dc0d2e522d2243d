package dev.jackdaw.peer.disk;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// A folder in which no file is made by opening it: one that held pieces and has vanished, because its disk was
/// unmounted perhaps, is not made anew, as a file full of holes that would be taken for content.
record ExistingFiles(Folder folder) implements Folder {
    @Override
    public OpenFile openForReading(List<String> path) throws IOException {
        return folder.openForReading(path);
    }

    @Override
    public OpenFile openForWriting(List<String> path) throws IOException {
        requireThere(path);
        return folder.openForWriting(path);
    }

    @Override
    public OpenFile openForDirectWriting(List<String> path) throws IOException {
        requireThere(path);
        return folder.openForDirectWriting(path);
    }

    private void requireThere(List<String> path) throws IOException {
        if (folder.facts(path).isEmpty()) {
            throw new StorageException("write", folder.describe(path), "no such file or directory");
        }
    }

    @Override
    public Optional<Facts> facts(List<String> path) throws IOException {
        return folder.facts(path);
    }

    @Override
    public void rename(List<String> from, List<String> to) throws IOException {
        folder.rename(from, to);
    }

    @Override
    public void delete(List<String> path) throws IOException {
        folder.delete(path);
    }

    @Override
    public void forceNames(List<String> directory) throws IOException {
        folder.forceNames(directory);
    }

    @Override
    public String describe(List<String> path) {
        return folder.describe(path);
    }
}
