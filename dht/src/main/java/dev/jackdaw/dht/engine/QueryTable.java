package dev.jackdaw.dht.engine;

import dev.jackdaw.protocol.PeerAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The queries that wait for an answer, by their transaction: four random bytes, which with the address is what
/// an answer must match. Few at a time, so a search through an array of ints is the quickest.
final class QueryTable {
    /// Then nothing more is asked until one is answered or given up.
    static final int MOST = 512;
    private static final int FIRST_ROWS = 4;
    /// Of a transaction of ours, in bytes.
    static final int TRANSACTION_LENGTH = 4;

    private int[] transactions = new int[FIRST_ROWS];
    private @Nullable Exchange[] exchanges = new Exchange[FIRST_ROWS];
    private int size;
    /// The earliest deadline, or earlier.
    private long nextNanos = Long.MAX_VALUE;

    int size() {
        return size;
    }

    boolean isFull() {
        return size == MOST;
    }

    boolean has(int transaction) {
        return find(transaction) >= 0;
    }

    boolean isAsked(PeerAddress address) {
        for (int i = 0; i < size; i++) {
            if (at(i).to.equals(address)) {
                return true;
            }
        }
        return false;
    }

    void add(Exchange exchange) {
        if (size == transactions.length) {
            transactions = Arrays.copyOf(transactions, 2 * size);
            exchanges = Arrays.copyOf(exchanges, 2 * size);
        }
        transactions[size] = exchange.transaction;
        exchanges[size++] = exchange;
        nextNanos = Math.min(nextNanos, exchange.deadlineNanos);
    }

    /// Takes out the query that this answers, or null.
    @Nullable
    Exchange take(byte[] transaction, PeerAddress from) {
        if (transaction.length != TRANSACTION_LENGTH) {
            return null;
        }
        int row = find(decode(transaction));
        if (row < 0 || !at(row).to.equals(from)) {
            return null;
        }
        Exchange exchange = at(row);
        remove(row);
        return exchange;
    }

    /// A query whose deadline has come, or null. A stalled one gets its second deadline and stays; a failed one
    /// is out.
    @Nullable
    Exchange due(long nowNanos) {
        if (nowNanos < nextNanos) {
            return null;
        }
        nextNanos = Long.MAX_VALUE;
        for (int i = 0; i < size; i++) {
            Exchange exchange = at(i);
            if (exchange.deadlineNanos <= nowNanos) {
                if (exchange.isStalled) {
                    remove(i);
                } else {
                    exchange.isStalled = true;
                    exchange.deadlineNanos = exchange.hardNanos;
                }
                nextNanos = nowNanos; // there may be others
                return exchange;
            }
            nextNanos = Math.min(nextNanos, exchange.deadlineNanos);
        }
        return null;
    }

    /// When to look for due ones, or `Long.MAX_VALUE`; now and then too early.
    long nextNanos() {
        return size == 0 ? Long.MAX_VALUE : nextNanos;
    }

    static byte[] encode(int transaction) {
        return new byte[] {
            (byte) (transaction >>> 24), (byte) (transaction >>> 16), (byte) (transaction >>> 8), (byte) transaction
        };
    }

    private static int decode(byte[] bytes) {
        return bytes[0] << 24 | (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | bytes[3] & 0xff;
    }

    private int find(int transaction) {
        for (int i = 0; i < size; i++) {
            if (transactions[i] == transaction) {
                return i;
            }
        }
        return -1;
    }

    private Exchange at(int row) {
        Exchange exchange = exchanges[row];
        if (exchange == null) {
            throw new IllegalStateException("no exchange in row " + row + " of " + size);
        }
        return exchange;
    }

    private void remove(int row) {
        size--;
        transactions[row] = transactions[size];
        exchanges[row] = exchanges[size];
        exchanges[size] = null;
    }
}
