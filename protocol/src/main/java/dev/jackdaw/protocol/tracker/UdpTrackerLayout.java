package dev.jackdaw.protocol.tracker;

/// Where the fields of a UDP tracker packet are (BEP 15): byte offsets from its start, all numbers big-endian.
///
/// [UdpTrackerCodec] reads and writes packets as values. A server that answers a hundred thousand a second takes
/// the fields from the datagram and puts them into the answer itself; both find them here.
public final class UdpTrackerLayout {
    /// What a connect request begins with instead of a connection id.
    public static final long PROTOCOL_ID = 0x41727101980L;

    // actions
    public static final int CONNECT = 0;
    public static final int ANNOUNCE = 1;
    public static final int SCRAPE = 2;
    public static final int ERROR = 3;

    // any request
    public static final int CONNECTION_ID = 0;
    public static final int REQUEST_ACTION = 8;
    public static final int REQUEST_TRANSACTION_ID = 12;
    /// The whole of a connect request.
    public static final int REQUEST_HEAD = 16;

    // an announce request
    public static final int INFO_HASH = 16;
    public static final int PEER_ID = 36;
    public static final int DOWNLOADED = 56;
    public static final int LEFT = 64;
    public static final int UPLOADED = 72;
    public static final int EVENT = 80;
    /// The address that a client claims. Nobody looks at it: it could be a victim's.
    public static final int CLAIMED_ADDRESS = 84;
    public static final int KEY = 88;
    public static final int NUM_WANT = 92;
    public static final int PORT = 96;
    /// Options (BEP 41) may follow.
    public static final int ANNOUNCE_LENGTH = 98;

    // any reply
    public static final int REPLY_ACTION = 0;
    public static final int REPLY_TRANSACTION_ID = 4;
    /// The text of an error, and the counts of a scrape, begin here.
    public static final int REPLY_HEAD = 8;

    // the reply to a connect request
    public static final int NEW_CONNECTION_ID = 8;
    public static final int CONNECTED_LENGTH = 16;

    // the reply to an announce
    public static final int INTERVAL = 8;
    public static final int LEECHERS = 12;
    public static final int SEEDERS = 16;
    /// Compact peers follow.
    public static final int ANNOUNCED_HEAD = 20;

    // the reply to a scrape, for each torrent, from the start of its entry
    public static final int SCRAPED_SEEDERS = 0;
    public static final int SCRAPED_COMPLETED = 4;
    public static final int SCRAPED_LEECHERS = 8;
    public static final int SCRAPED_LENGTH = 12;

    private UdpTrackerLayout() {}
}
