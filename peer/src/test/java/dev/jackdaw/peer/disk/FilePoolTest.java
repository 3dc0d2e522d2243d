package dev.jackdaw.peer.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.disk.FilePool.Access;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FilePoolTest {
    private final SimulatedMachine machine = new SimulatedMachine();
    private final Folder folder = machine.folder("f");
    private final FilePool pool = new FilePool(2);

    private OpenFile use(String name) throws IOException {
        try (FilePool.Lease lease = pool.acquire(this, folder, List.of(name), Access.WRITING)) {
            return lease.file();
        }
    }

    @Test
    void aFileStaysOpenUntilOthersAreNeededMore() throws IOException {
        OpenFile a = use("a");
        use("b");
        assertSame(a, use("a"));

        use("c"); // closes b, unused for longest
        assertEquals(2, pool.size());
        assertSame(a, use("a"));
    }

    @Test
    void filesInUseAreNotClosed() throws IOException {
        try (FilePool.Lease a = pool.acquire(this, folder, List.of("a"), Access.WRITING)) {
            use("b");
            use("c");
            assertSame(a.file(), use("a"));
        }
    }

    @Test
    void aDiscardedFileIsOpenedAnew() throws IOException {
        OpenFile first = use("a");
        try (FilePool.Lease lease = pool.acquire(this, folder, List.of("a"), Access.WRITING)) {
            lease.discard();
        }
        assertNotSame(first, use("a"));
    }

    @Test
    void anotherOwnersFilesStayOpen() throws IOException {
        OpenFile mine = use("a");
        pool.closeAll("someone else");
        assertSame(mine, use("a"));
        pool.closeAll(this);
        assertEquals(0, pool.size());
    }

    @Test
    void idleFilesMakeWayWhenTheSystemHasNoDescriptorsLeft() throws IOException {
        use("a");
        boolean[] full = {true};
        machine.fail(
                (operation, path) -> {
                    boolean fails = full[0] && path.equals("f/b");
                    full[0] = false;
                    return fails;
                },
                "Too many open files");

        use("b");
        assertEquals(1, pool.size());
    }

    @Test
    void aFileThatCannotBeOpenedLeavesNothingBehind() {
        machine.fail((operation, path) -> true, "Read-only file system");
        StorageException refused = assertThrows(StorageException.class, () -> use("a"));
        assertEquals("open f/a: Read-only file system", refused.getMessage());
        assertEquals(0, pool.size());
    }

    @Test
    void aFileThatWasDeletedOrReplacedIsNoticedAfterASecond() throws IOException {
        AtomicLong now = new AtomicLong();
        FilePool watchful = new FilePool(2, now::get);
        machine.put("f/a", new byte[10]);
        assertEquals(10, size(watchful));

        machine.remove("f/a");
        machine.put("f/a", new byte[20]);
        assertEquals(10, size(watchful));
        now.addAndGet(FilePool.LOOK_NANOS + 1);
        assertEquals(20, size(watchful));

        machine.remove("f/a");
        now.addAndGet(FilePool.LOOK_NANOS + 1);
        assertThrows(StorageException.class, () -> size(watchful));
        machine.put("f/a", new byte[30]);
        assertEquals(30, size(watchful));
    }

    @Test
    void aFileIsReadyWhileItIsOpenAndNeedsNoLook() throws IOException {
        AtomicLong now = new AtomicLong();
        FilePool watchful = new FilePool(2, now::get);
        machine.put("f/a", new byte[10]);
        assertFalse(isReady(watchful));

        size(watchful);
        assertTrue(isReady(watchful));
        now.addAndGet(FilePool.LOOK_NANOS + 1);
        assertFalse(isReady(watchful));

        size(watchful);
        assertTrue(isReady(watchful));
        try (FilePool.Lease lease = watchful.acquire(this, folder, List.of("a"), Access.READING)) {
            lease.discard();
            assertFalse(isReady(watchful));
        }
        assertFalse(isReady(watchful));
    }

    @Test
    void aFileThatIsUsedByWhomItWasReadyForIsNotClosed() throws IOException {
        use("a");
        FilePool.Lease lease = pool.acquireIfReady(this, List.of("a"), Access.WRITING);
        assertNotNull(lease);
        use("b");
        use("c");
        assertSame(lease.file(), use("a"));

        lease.close();
        pool.closeAll(this);
        assertEquals(0, pool.size());
    }

    @Test
    void nothingIsReadyWhileThereAreTooManyOpenFiles() throws IOException {
        List<FilePool.Lease> used = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            used.add(pool.acquire(this, folder, List.of(name), Access.WRITING));
        }
        assertNull(pool.acquireIfReady(this, List.of("a"), Access.WRITING));

        used.forEach(FilePool.Lease::close);
        use("a");
        use("d");
        try (FilePool.Lease lease = pool.acquireIfReady(this, List.of("a"), Access.WRITING)) {
            assertNotNull(lease);
        }
    }

    private boolean isReady(FilePool from) {
        try (FilePool.Lease lease = from.acquireIfReady(this, List.of("a"), Access.READING)) {
            return lease != null;
        }
    }

    private long size(FilePool from) throws IOException {
        try (FilePool.Lease lease = from.acquire(this, folder, List.of("a"), FilePool.Access.READING)) {
            return lease.file().size();
        }
    }
}
