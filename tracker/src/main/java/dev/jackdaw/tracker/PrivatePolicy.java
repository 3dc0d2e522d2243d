package dev.jackdaw.tracker;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.tracker.accounts.Accounts;
import dev.jackdaw.tracker.accounts.ClientAnnounce;

/// Lets in whoever has a passkey, and counts what they move: the policy of a private tracker (BEP 27).
///
/// The passkey stands in the URL, `http://tracker.example.org:6969/PASSKEY/announce`, and over UDP comes with the
/// option for URL data (BEP 41).
final class PrivatePolicy implements AnnouncePolicy {
    private final Accounts accounts;

    PrivatePolicy(Accounts accounts) {
        this.accounts = accounts;
    }

    @Override
    public boolean readsPasskey() {
        return true;
    }

    @Override
    public Verdict announce(Announcement announcement) {
        ClientAnnounce announce = new ClientAnnounce(
                announcement.passkey,
                new InfoHash(announcement.hashHigh, announcement.hashMiddle, announcement.hashLow),
                new PeerId(announcement.peerIdHigh, announcement.peerIdMiddle, announcement.peerIdLow),
                announcement.family == Family.V6,
                announcement.high,
                announcement.low,
                announcement.uploaded,
                announcement.downloaded,
                announcement.left,
                announcement.event);
        return accounts.judge(announce).<Verdict>map(Refused::new).orElse(Allowed.ALLOWED);
    }

    @Override
    public Verdict scrape(Announcement query) {
        return accounts.isKnown(query.passkey) ? Allowed.ALLOWED : new Refused("unknown passkey");
    }
}
