package dev.jackdaw.peer.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.random.RandomGenerator;

/// Folders in memory that distinguish what the system holds from what the device holds, on a machine whose process can
/// be killed, or whose power can fail, at any step.
///
/// Bytes become durable by [OpenFile#force()], names in the order of their changes by [Folder#forceNames]; a power cut
/// keeps those, and of the rest what it likes: of the names a prefix of the changes, of the bytes any pages.
/// Thread-safe.
final class SimulatedMachine {
    private static final int PAGE = 4096;

    private static final class Inode {
        byte[] bytes = new byte[0];
        byte[] durable = new byte[0];
        long modifiedNanos;
        long durableModifiedNanos;
    }

    private Map<String, Inode> names = new TreeMap<>();
    private Map<String, Inode> durableNames = new TreeMap<>();
    /// The names after each change since the last forcing.
    private final List<Map<String, Inode>> nameHistory = new ArrayList<>();

    private long clockNanos = 1_000_000_000L;
    private int steps;
    private int crashAtStep = Integer.MAX_VALUE;
    private BiPredicate<String, String> fault = (operation, path) -> false;
    private String faultReason = "";
    private boolean allInMemory;

    /// The step, counting what changes something, that does not happen any more, nor do later ones.
    synchronized void crashAt(int step) {
        crashAtStep = step;
    }

    synchronized int steps() {
        return steps;
    }

    synchronized boolean isCrashed() {
        return steps >= crashAtStep;
    }

    /// Has operations fail for which `which` of operation and path is true.
    synchronized void fail(BiPredicate<String, String> which, String reason) {
        fault = which;
        faultReason = reason;
    }

    /// Whether files say that the system holds all of them in its memory; at first it cannot be told.
    synchronized void setAllInMemory(boolean inMemory) {
        allInMemory = inMemory;
    }

    /// After the process was killed: the system has all it was given.
    synchronized void restartProcess() {
        crashAtStep = Integer.MAX_VALUE;
    }

    /// After the power failed.
    synchronized void restartAfterPowerCut(RandomGenerator random) {
        crashAtStep = Integer.MAX_VALUE;
        int survived = random.nextInt(nameHistory.size() + 1);
        names = new TreeMap<>(survived == 0 ? durableNames : nameHistory.get(survived - 1));
        durableNames = new TreeMap<>(names);
        nameHistory.clear();
        for (Inode inode : names.values()) {
            byte[] kept =
                    Arrays.copyOf(inode.durable, random.nextBoolean() ? inode.bytes.length : inode.durable.length);
            for (int at = 0; at < kept.length; at += PAGE) {
                if (random.nextBoolean()) {
                    int end = Math.min(Math.min(at + PAGE, kept.length), inode.bytes.length);
                    if (at < end) {
                        System.arraycopy(inode.bytes, at, kept, at, end - at);
                    }
                }
            }
            inode.bytes = kept;
            inode.durable = kept.clone();
            inode.modifiedNanos = random.nextBoolean() ? inode.modifiedNanos : inode.durableModifiedNanos;
        }
    }

    synchronized Optional<byte[]> bytes(String path) {
        return Optional.ofNullable(names.get(path)).map(inode -> inode.bytes.clone());
    }

    synchronized void put(String path, byte[] bytes) {
        Inode inode = names.computeIfAbsent(path, name -> new Inode());
        inode.bytes = bytes.clone();
        inode.modifiedNanos = clockNanos += 1_000_000;
        nameHistory.add(new TreeMap<>(names));
    }

    synchronized void remove(String path) {
        names.remove(path);
        nameHistory.add(new TreeMap<>(names));
    }

    synchronized void passNanos(long nanos) {
        clockNanos += nanos;
    }

    synchronized Map<String, Integer> lengths() {
        Map<String, Integer> lengths = new HashMap<>();
        names.forEach((name, inode) -> lengths.put(name, inode.bytes.length));
        return lengths;
    }

    Folder folder(String root) {
        return new SimulatedFolder(root);
    }

    private void step(String operation, String path) throws StorageException {
        if (steps >= crashAtStep) {
            throw new StorageException(operation, path, "the machine is down");
        }
        if (fault.test(operation, path)) {
            throw new StorageException(operation, path, faultReason);
        }
        if (++steps >= crashAtStep) {
            throw new StorageException(operation, path, "the machine went down");
        }
    }

    private final class SimulatedFolder implements Folder {
        private final String root;

        SimulatedFolder(String root) {
            this.root = root;
        }

        @Override
        public OpenFile openForReading(List<String> path) throws IOException {
            synchronized (SimulatedMachine.this) {
                Inode inode = names.get(describe(path));
                if (inode == null) {
                    throw new StorageException("open", describe(path), "no such file or directory");
                }
                if (fault.test("open", describe(path))) {
                    throw new StorageException("open", describe(path), faultReason);
                }
                return new SimulatedFile(describe(path), inode);
            }
        }

        @Override
        public OpenFile openForWriting(List<String> path) throws IOException {
            synchronized (SimulatedMachine.this) {
                String name = describe(path);
                Inode inode = names.get(name);
                if (inode == null) {
                    step("open", name);
                    inode = new Inode();
                    inode.modifiedNanos = clockNanos += 1_000_000;
                    names.put(name, inode);
                    nameHistory.add(new TreeMap<>(names));
                }
                return new SimulatedFile(name, inode);
            }
        }

        @Override
        public OpenFile openForDirectWriting(List<String> path) throws IOException {
            synchronized (SimulatedMachine.this) {
                if (fault.test("open directly", describe(path))) {
                    throw new StorageException("open", describe(path), faultReason);
                }
            }
            return openForWriting(path);
        }

        @Override
        public Optional<Facts> facts(List<String> path) {
            synchronized (SimulatedMachine.this) {
                return Optional.ofNullable(names.get(describe(path)))
                        .map(inode -> new Facts(inode.bytes.length, inode.modifiedNanos));
            }
        }

        @Override
        public void rename(List<String> from, List<String> to) throws IOException {
            synchronized (SimulatedMachine.this) {
                step("rename", describe(from));
                Inode inode = names.remove(describe(from));
                if (inode == null) {
                    throw new StorageException("rename", describe(from), "no such file or directory");
                }
                names.put(describe(to), inode);
                nameHistory.add(new TreeMap<>(names));
            }
        }

        @Override
        public void delete(List<String> path) throws IOException {
            synchronized (SimulatedMachine.this) {
                if (names.containsKey(describe(path))) {
                    step("delete", describe(path));
                    names.remove(describe(path));
                    nameHistory.add(new TreeMap<>(names));
                }
            }
        }

        @Override
        public void forceNames(List<String> directory) throws IOException {
            synchronized (SimulatedMachine.this) {
                step("force", describe(directory));
                durableNames = new TreeMap<>(names);
                nameHistory.clear();
            }
        }

        @Override
        public String describe(List<String> path) {
            return root + "/" + String.join("/", path);
        }
    }

    private final class SimulatedFile implements OpenFile {
        private final String path;
        private final Inode inode;

        SimulatedFile(String path, Inode inode) {
            this.path = path;
            this.inode = inode;
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            synchronized (SimulatedMachine.this) {
                if (fault.test("read", path)) {
                    throw new StorageException("read", path, faultReason);
                }
                if (position >= inode.bytes.length) {
                    return -1;
                }
                int count = Math.min(target.remaining(), inode.bytes.length - (int) position);
                target.put(inode.bytes, (int) position, count);
                return count;
            }
        }

        @Override
        public boolean isInMemory(long position, int length) {
            synchronized (SimulatedMachine.this) {
                return allInMemory && position + length <= inode.bytes.length;
            }
        }

        /// Takes at most a page and a half a time, so that a crash can come in the middle of a piece.
        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            synchronized (SimulatedMachine.this) {
                step("write", path);
                int count = Math.min(source.remaining(), PAGE + PAGE / 2);
                int end = (int) position + count;
                if (inode.bytes.length < end) {
                    inode.bytes = Arrays.copyOf(inode.bytes, end);
                }
                source.get(inode.bytes, (int) position, count);
                inode.modifiedNanos = clockNanos += 1_000_000;
                return count;
            }
        }

        @Override
        public long size() {
            synchronized (SimulatedMachine.this) {
                return inode.bytes.length;
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            synchronized (SimulatedMachine.this) {
                if (size < inode.bytes.length) {
                    step("truncate", path);
                    inode.bytes = Arrays.copyOf(inode.bytes, (int) size);
                    inode.modifiedNanos = clockNanos += 1_000_000;
                }
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (SimulatedMachine.this) {
                step("force", path);
                inode.durable = inode.bytes.clone();
                inode.durableModifiedNanos = inode.modifiedNanos;
            }
        }

        @Override
        public void close() {}
    }
}
