package dev.jackdaw.tracker;

import java.nio.ByteBuffer;

/// A UDP socket that takes several datagrams at a time, and sends answers to as many of them. Owned by one thread.
///
/// ```java
/// int count = batch.receive();
/// for (int i = 0; i < count; i++) {
///     batch.source(i, announcement);
///     int length = frontend.answer(batch.in(), batch.start(i), batch.length(i), batch.out(), batch.room());
///     batch.reply(i, length);
/// }
/// batch.send();
/// ```
interface DatagramBatch extends AutoCloseable {
    /// Longer datagrams are cut: the longest good request is a scrape of some 1,500 bytes.
    int MAX_REQUEST = 2048;
    /// The longest answer, with 200 IPv6 peers, and a bit.
    int MAX_REPLY = 4096;
    /// How long [#receive] waits, so that a thread notices that it is to end.
    int WAIT_MILLIS = 200;

    /// Waits for datagrams, and forgets those before.
    ///
    /// @return how many there are; 0 if none came for some time, or the socket had an error
    int receive();

    /// Where the received datagrams are; big-endian.
    ByteBuffer in();

    /// Where in [#in] a datagram begins.
    int start(int index);

    int length(int index);

    /// Sets the family and the address of who sent a datagram.
    ///
    /// @return whether it can be answered: its port is not 0
    boolean source(int index, Announcement announcement);

    /// Where answers are written; big-endian.
    ByteBuffer out();

    /// Where in [#out] there are [#MAX_REPLY] free bytes.
    int room();

    /// Takes what was written into [#room] as the answer to a datagram.
    ///
    /// @param length bytes
    void reply(int index, int length);

    /// Sends all answers since the last time. What the system does not take at once is lost, as datagrams may be.
    void send();

    int port();

    @Override
    void close();
}
