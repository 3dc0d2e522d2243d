package dev.jackdaw.dht.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.PeerAddress;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// What datagrams' sources may do and say, at its bounds.
class SourcesTest {
    private static final long SECOND = 1_000_000_000L;

    private static PeerAddress host(long number) {
        return new PeerAddress(0, number, false, 6881);
    }

    @Nested
    class Limits {
        private final SplittableRandom random = new SplittableRandom(2);
        private final SourceLimits limits = new SourceLimits(true, random);

        private int allowed(PeerAddress source, boolean isProven, int queries, long nowNanos) {
            int allowed = 0;
            for (int i = 0; i < queries; i++) {
                allowed += limits.allow(source, isProven, nowNanos) ? 1 : 0;
            }
            return allowed;
        }

        @Test
        void aSourceHas200QueriesAtOnceAnd50ASecond() {
            assertEquals(200, allowed(host(1), false, 1_000, 0));
            assertEquals(50, allowed(host(1), false, 1_000, SECOND));
            assertEquals(200, allowed(host(1), false, 1_000, 100 * SECOND));
        }

        @Test
        void floodsFromMadeUpAddressesDoNotTouchAProvenSource() {
            limits.prove(host(1), 0);

            for (int i = 0; i < 2_000_000; i++) {
                limits.allow(host(random.nextLong(1L << 32)), false, SECOND);
            }

            assertEquals(200, allowed(host(1), true, 1_000, SECOND));
        }

        @Test
        void proofsOfManySourcesAreBoundedAndHoldForAQuarterOfAnHour() {
            for (int i = 0; i < 100_000; i++) {
                limits.prove(host(i), 0);
            }
            int remembered = 0;
            for (int i = 0; i < 100_000; i++) {
                remembered += limits.isProven(host(i), 1) ? 1 : 0;
            }

            assertTrue(remembered > 4_000 && remembered <= 8_192, remembered + " remembered");
            assertTrue(limits.isProven(host(99_999), 899 * SECOND));
            assertFalse(limits.isProven(host(99_999), 900 * SECOND));
        }

        @Test
        void aSlashOf64IsOneSourceOfIpv6() {
            PeerAddress one = new PeerAddress(0x2a00_0000_0000_0001L, 1, true, 1);
            PeerAddress same = new PeerAddress(0x2a00_0000_0000_0001L, 2, true, 1);
            PeerAddress other = new PeerAddress(0x2a00_0000_0000_0002L, 1, true, 1);

            limits.prove(one, 0);

            assertTrue(limits.isProven(same, 1));
            assertFalse(limits.isProven(other, 1));
        }

        @Test
        void whatUnprovenSourcesAreSentInAllIsBounded() {
            int bytes = 0;
            while (limits.allowUnproven(1_000, 0)) {
                bytes += 1_000;
            }

            assertTrue(bytes <= 1 << 20 && bytes > 1_000_000, bytes + " bytes");
            assertFalse(limits.allowUnproven(1_000, 0));
            assertTrue(limits.allowUnproven(1_000, SECOND));
        }

        @Test
        void withoutLimitsEverybodyIsAnsweredAndProofsAreNotedAllTheSame() {
            SourceLimits none = new SourceLimits(false, random);
            none.prove(host(1), 0);

            for (int i = 0; i < 10_000; i++) {
                assertTrue(none.allow(host(2), false, 0) && none.allowUnproven(1_000, 0));
            }
            assertTrue(none.isProven(host(1), 1));
            assertFalse(none.isProven(host(2), 1));
        }
    }

    @Nested
    class Votes {
        private final ExternalAddress external = new ExternalAddress();

        /// A voter of a neighbourhood of its own.
        private boolean vote(int voter, long seen) {
            return external.vote(host((20L << 24) + ((long) voter << 8)), host(seen));
        }

        @Test
        void anAddressIsBelievedWhenFiveNeighbourhoodsNameIt() {
            for (int voter = 0; voter < 4; voter++) {
                assertFalse(vote(voter, 77));
            }
            assertFalse(external.vote(host((20L << 24) + 9), host(77)), "a neighbourhood has one vote");

            assertTrue(vote(4, 77));
            assertEquals(Optional.of(host(77)), external.believed());
        }

        @Test
        void itTakesAMajority() {
            for (int voter = 0; voter < 4; voter++) {
                vote(voter, 77);
                vote(100 + voter, 88);
            }
            vote(104, 99);

            assertFalse(vote(4, 77), "five of ten");
            assertTrue(vote(5, 77));
        }

        @Test
        void fewLiarsDoNotChangeWhatIsBelieved() {
            external.believe(host(77));
            for (int round = 0; round < 100; round++) {
                assertFalse(vote(round % 4, 88));
                vote(200 + round, 77);
            }

            assertEquals(Optional.of(host(77)), external.believed());
        }

        @Test
        void anAddressThatHasChangedIsBelievedInTheEnd() {
            external.believe(host(77));
            boolean changed = false;
            for (int voter = 0; voter < 5; voter++) {
                changed = vote(voter, 88);
            }

            assertTrue(changed);
            assertEquals(Optional.of(host(88)), external.believed());
        }

        @Test
        void aVoteOfTheOtherFamilyDoesNotCount() {
            for (int voter = 0; voter < 20; voter++) {
                assertFalse(external.vote(new PeerAddress((long) voter << 48, 1, true, 1), host(77)));
            }
        }
    }
}
