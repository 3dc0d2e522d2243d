package dev.jackdaw.dht.engine;

/// How a member of a routing table stands with us, as 16 bits that are its row's marks.
///
/// Nothing is held against a member in *good* standing. One that has failed to answer is kept, and not handed out;
/// it is *bad* when it has failed [#FAILURES] times in a row. Each failure doubles the time after which it is
/// asked again.
///
/// A node that was asked because its own query had come is *on probation*: behind a NAT it answers through the
/// hole that its query made, and nobody else (Jiménez, Osmani, Knutsson: Sub-Second Lookups on a Large-Scale
/// Kademlia-Based Overlay, 2011, "quarantine"). Once it has been silent for so long that a NAT has forgotten us,
/// it is *examined*: asked again. If it answers then, its standing is good; if it asks us meanwhile, it has opened
/// its NAT again, and the examination says nothing.
final class Standing {
    static final int GOOD = 0;
    static final int ON_PROBATION = 0x100;
    /// Besides being on probation.
    private static final int EXAMINED = 0x200;
    /// The failures in a row.
    private static final int FAILED = 0xff;
    /// In a row, until a node is bad.
    private static final int FAILURES = 2;
    /// After that much silence a NAT has forgotten us: most do after 30 to 120 s (RFC 4787, REQ-5).
    static final int PROBATION_SECONDS = 180;

    private Standing() {}

    static boolean isOnProbation(int standing) {
        return (standing & ON_PROBATION) != 0;
    }

    static boolean hasFailed(int standing) {
        return (standing & FAILED) != 0;
    }

    static boolean isBad(int standing) {
        return (standing & FAILED) >= FAILURES;
    }

    /// Whether others may be told of the member.
    ///
    /// @param evenOnProbation whether those on probation will do
    static boolean isPresentable(int standing, boolean evenOnProbation) {
        return evenOnProbation ? !hasFailed(standing) : standing == GOOD;
    }

    /// Whether the member leaves its place to another node.
    ///
    /// @param toProbation whether the other one would be on probation
    static boolean givesWay(int standing, boolean toProbation) {
        return isBad(standing) || (!toProbation && isOnProbation(standing));
    }

    /// By this members are compared when one is to give up its place: the bad ones first, then those on probation.
    static int badness(int standing) {
        int failures = standing & FAILED;
        return isBad(standing) ? FAILED + failures : isOnProbation(standing) ? FAILED : failures;
    }

    /// How long the member may be silent before it is asked whether it still exists.
    ///
    /// @param ordinarySeconds for one that is not on probation
    static int patienceSeconds(int standing, int ordinarySeconds) {
        return isOnProbation(standing) ? PROBATION_SECONDS : ordinarySeconds;
    }

    /// How long after its last failure the member is asked again: a minute, then two, four …
    static int retrySeconds(int standing, int mostSeconds) {
        return Math.min(60 << Math.min((standing & FAILED) - 1, 8), mostSeconds);
    }

    static int answered(int standing) {
        return isOnProbation(standing) && (standing & EXAMINED) == 0 ? ON_PROBATION : GOOD;
    }

    /// The member has not answered in time; if that was its examination, it has yet to be examined.
    static int failed(int standing) {
        return (standing & ON_PROBATION) | Math.min((standing & FAILED) + 1, FAILED);
    }

    /// A query came as if from the member, which has not failed.
    static int heard(int standing) {
        return standing & ON_PROBATION;
    }

    /// The member is asked after having been silent.
    static int checking(int standing) {
        return isOnProbation(standing) ? standing | EXAMINED : standing;
    }
}
