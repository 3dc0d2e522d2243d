package dev.jackdaw.tracker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BlockMapTest {
    private record Key(long number, int tag) {}

    private final SplittableRandom random = new SplittableRandom(11);
    private final BlockMap map = new BlockMap(77);
    private final Map<Key, long[]> model = new HashMap<>();

    private int find(Key key) {
        return map.find(key.number() * 31, ~key.number(), (int) key.number(), key.tag());
    }

    private int add(Key key, int length) {
        return map.add(key.number() * 31, ~key.number(), (int) key.number(), key.tag(), length);
    }

    private long[] content(int handle) {
        int at = map.content(handle);
        return Arrays.copyOfRange(map.page(handle), at, at + map.length(handle));
    }

    @Test
    void aGuessIsTheBlockOfAKeyThatHasItsPlaceForItself() {
        int handle = add(new Key(5, 1), 30);

        assertEquals(handle, map.guess(5 * 31, ~5L, 5, 1));
        assertEquals(BlockMap.NONE, new BlockMap(77).guess(5 * 31, ~5L, 5, 1));
    }

    @Test
    void touchingWhatIsNoBlockReadsNothingOrSomething() {
        for (long number = 0; number < 300; number++) {
            fill(add(new Key(number, 1), 100), 0, some(100));
        }

        for (int round = 0; round < 100_000; round++) {
            var _ = map.touch(random.nextInt() >> random.nextInt(32));
        }
        assertEquals(0, map.touch(BlockMap.NONE));
        assertEquals(0, map.touch(Integer.MAX_VALUE));
        assertEquals(0, map.touch(Integer.MIN_VALUE));
    }

    private void fill(int handle, int at, long[] words) {
        System.arraycopy(words, 0, map.page(handle), map.content(handle) + at, words.length);
    }

    private long[] some(int count) {
        return random.longs(count).toArray();
    }

    private void change(Key key) {
        int handle = find(key);
        long[] before = model.get(key);
        if (before == null) {
            assertEquals(BlockMap.NONE, handle);
            long[] words = some(random.nextInt(20));
            fill(add(key, words.length), 0, words);
            model.put(key, words);
            return;
        }
        switch (random.nextInt(5)) {
            case 0 -> {
                map.remove(handle);
                model.remove(key);
            }
            case 1 -> {
                int at = random.nextInt(before.length + 1);
                int by = random.nextInt(before.length - at + 1);
                map.cut(handle, at, by);
                model.put(key, joined(before, at, new long[0], at + by));
            }
            default -> {
                int at = random.nextInt(before.length + 1);
                long[] more = some(Math.min(random.nextInt(12), BlockMap.LONGEST - before.length));
                fill(map.insert(handle, at, more.length), at, more);
                model.put(key, joined(before, at, more, at));
            }
        }
    }

    private static long[] joined(long[] words, int at, long[] inserted, int from) {
        long[] joined = Arrays.copyOf(words, at + inserted.length + words.length - from);
        System.arraycopy(inserted, 0, joined, at, inserted.length);
        System.arraycopy(words, from, joined, at + inserted.length, words.length - from);
        return joined;
    }

    private void assertSame() {
        assertEquals(model.size(), map.count());
        model.forEach((key, words) -> assertArrayEquals(words, content(find(key)), key::toString));
        Set<Integer> walked = new HashSet<>();
        for (int slot = 0; slot < map.slots(); slot++) {
            int handle = map.at(slot);
            if (handle != BlockMap.NONE) {
                assertTrue(walked.add(handle));
                var key = new Key(~map.middle(handle), map.tag(handle));
                assertEquals(handle, find(key));
                assertTrue(model.containsKey(key));
            }
        }
        assertEquals(model.size(), walked.size());
    }

    @Test
    void holdsWhatAMapOfArraysWouldHold() {
        for (int step = 0; step < 200_000; step++) {
            change(new Key(random.nextInt(step / 40_000 % 2 == 0 ? 1_000 : 20), random.nextInt(3)));
            map.tidy();
            if (step % 5_000 == 0) {
                assertSame();
            }
        }
        assertSame();
    }

    @Test
    void whatIsDeadTakesAnEighthWhateverSizesThereWere() {
        long words = 0;
        for (int round = 0; round < 40; round++) {
            for (int i = 0; i < 2_000; i++) {
                Key key = new Key(i, 0);
                int handle = find(key);
                if (handle == BlockMap.NONE) {
                    add(key, 1);
                } else {
                    map.insert(handle, 0, 1);
                }
                map.tidy();
            }
        }
        for (int i = 0; i < 2_000; i++) {
            words += 3 + map.length(find(new Key(i, 0)));
        }
        assertEquals(2_000 * 43, words);
        assertTrue(map.words() < words * 1.25, () -> "words " + map.words());
    }

    @Test
    void givesMemoryBackAsBlocksShrinkAndGo() {
        for (int i = 0; i < 1_000; i++) {
            add(new Key(i, 0), 100);
        }
        assertTrue(map.words() > 100_000);
        for (int i = 0; i < 1_000; i++) {
            map.cut(find(new Key(i, 0)), 2, 98);
            map.tidy();
            map.tidy();
        }
        assertTrue(map.words() < 10_000, () -> "words after shrinking: " + map.words());
        for (int i = 0; i < 1_000; i++) {
            map.remove(find(new Key(i, 0)));
            map.tidy();
        }
        assertEquals(0, map.count());
        assertTrue(map.words() <= 2 * BlockMap.PAGE, () -> "words at the end: " + map.words());
        assertEquals(16, map.slots());
    }

    @Test
    void refusesABlockThatIsTooLong() {
        int handle = add(new Key(1, 0), BlockMap.LONGEST);
        assertThrows(IllegalArgumentException.class, () -> map.insert(handle, 0, 100));
        assertThrows(IllegalArgumentException.class, () -> add(new Key(2, 0), BlockMap.LONGEST + 1));
    }
}
