/// A private tracker's users: who may announce, and what each has uploaded and downloaded.
///
/// An announce is judged from memory alone: [UserDirectory] knows the passkeys, [Presence] what each user is
/// doing now. What it reports goes into a queue, from there to a [Journal] on disk, several times a second, and
/// from the journal into an [AccountDatabase], where [Accounting] turns it into totals. [Accounts] puts these
/// together.
///
/// ```
/// announce ─► Accounts.judge ─► queue ─► Journal ─► AccountDatabase ─► UserDirectory
///             (memory)          (≤ 0.2 s) (forced)   (exactly once)     (totals, ratio)
/// ```
///
/// The package knows neither Netty nor the swarm store; `dev.jackdaw.tracker.PrivatePolicy` connects it to
/// announces.
@org.jspecify.annotations.NullMarked
package dev.jackdaw.tracker.accounts;
