package dev.jackdaw.protocol.wire;

/// The byte after a frame's length that says which message it is (BEP 3, 5, 6, 10).
public final class MessageId {
    public static final int CHOKE = 0;
    public static final int UNCHOKE = 1;
    public static final int INTERESTED = 2;
    public static final int NOT_INTERESTED = 3;
    public static final int HAVE = 4;
    public static final int BITFIELD = 5;
    public static final int REQUEST = 6;
    public static final int PIECE = 7;
    public static final int CANCEL = 8;
    public static final int PORT = 9;
    public static final int SUGGEST = 13;
    public static final int HAVE_ALL = 14;
    public static final int HAVE_NONE = 15;
    public static final int REJECT = 16;
    public static final int ALLOWED_FAST = 17;
    public static final int EXTENDED = 20;

    private MessageId() {}
}
