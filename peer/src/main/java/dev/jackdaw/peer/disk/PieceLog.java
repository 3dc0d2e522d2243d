package dev.jackdaw.peer.disk;

/// Hears of pieces as they are written, in the order that makes a record of them true: before the bytes change, and
/// once they are all handed to the system. On hash threads; it never fails, because a piece that was written counts.
interface PieceLog {
    /// A piece is about to be written.
    void beforeWriting();

    /// A piece has been written, though not yet forced to the device.
    void written(int piece, int length);

    /// For a storage that keeps no record.
    PieceLog NONE = new PieceLog() {
        @Override
        public void beforeWriting() {}

        @Override
        public void written(int piece, int length) {}
    };
}
