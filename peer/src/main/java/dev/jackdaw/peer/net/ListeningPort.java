package dev.jackdaw.peer.net;

import dev.jackdaw.peer.SessionException;
import java.io.IOException;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/// Where a session listens: one number for TCP and, for uTP and the DHT, for UDP.
///
/// If the system may choose, it chooses for TCP, and that number may be another process's for UDP: then it is asked
/// again, as a session without uTP reaches nobody who has nothing else.
///
/// @param number    of the port
/// @param datagrams empty if they are not wanted or could not be had
/// @param failure   why they could not be had
/// @param <D>       what takes datagrams
record ListeningPort<D>(int number, Optional<D> datagrams, Optional<IOException> failure) {
    /// Numbers that are tried if the system chooses.
    static final int ATTEMPTS = 8;

    /// Takes the UDP port of a number.
    @FunctionalInterface
    interface Datagrams<D> {
        D open(int number) throws IOException;
    }

    /// @param wanted    the number; 0 if the system may choose
    /// @param tcp       listens at a number, or at one that the system chooses, and no more at one before; says
    ///                  which
    /// @param datagrams empty if they are not wanted
    /// @throws SessionException if there is no such port for TCP
    static <D> ListeningPort<D> open(int wanted, IntUnaryOperator tcp, Optional<Datagrams<D>> datagrams) {
        for (int attempt = 1; ; attempt++) {
            int number = tcp.applyAsInt(wanted);
            if (datagrams.isEmpty()) {
                return new ListeningPort<>(number, Optional.empty(), Optional.empty());
            }
            try {
                return new ListeningPort<>(number, Optional.of(datagrams.get().open(number)), Optional.empty());
            } catch (IOException e) {
                if (wanted != 0 || attempt == ATTEMPTS) {
                    return new ListeningPort<>(number, Optional.empty(), Optional.of(e));
                }
            }
        }
    }
}
