package dev.jackdaw.gui;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The one instance of the app of a user. Whoever holds the lock file is it; it listens on a loopback port, and
/// says in a file that only the user can read which port, and a token without which nothing said there counts.
///
/// A second start connects, says the token and its arguments, one a line, and waits for `ok`.
public final class SingleInstance implements AutoCloseable {
    private static final int TOKEN_BYTES = 16;
    /// Characters of everything that a second start may say.
    private static final int MAX_MESSAGE = 1 << 20;
    /// Lines of it.
    private static final int MAX_ARGUMENTS = 1_000;

    private static final int TIMEOUT_MILLIS = 3_000;
    private static final String OK = "ok";

    private static final System.Logger LOGGER = System.getLogger(SingleInstance.class.getName());

    private final FileChannel lockFile;
    private final Path address;
    private final ServerSocket socket;
    private final String token;
    private volatile Consumer<List<String>> listener = arguments -> {};

    private SingleInstance(FileChannel lockFile, Path address, ServerSocket socket, String token) {
        this.lockFile = lockFile;
        this.address = address;
        this.socket = socket;
        this.token = token;
    }

    /// Becomes the instance, or hands the arguments over to the one that there is.
    ///
    /// @return empty if they were handed over
    /// @throws IOException if the directory cannot be used, or the instance that there is does not answer
    public static Optional<SingleInstance> claim(Path directory, List<String> arguments) throws IOException {
        Files.createDirectories(directory);
        Path address = directory.resolve("instance");
        FileChannel lockFile = FileChannel.open(
                directory.resolve("instance.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!isLocked(lockFile)) {
            lockFile.close();
            handOver(address, arguments);
            return Optional.empty();
        }
        byte[] secret = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(secret);
        ServerSocket socket = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        SingleInstance instance =
                new SingleInstance(lockFile, address, socket, HexFormat.of().formatHex(secret));
        instance.publish();
        Thread.ofPlatform().daemon().name("jackdaw-instance").start(instance::listen);
        return Optional.of(instance);
    }

    private static boolean isLocked(FileChannel lockFile) throws IOException {
        try {
            @Nullable FileLock lock = lockFile.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // this very process has it
        }
    }

    private void publish() throws IOException {
        Path fresh = address.resolveSibling("instance.new");
        Files.deleteIfExists(fresh);
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(fresh, socket.getLocalPort() + "\n" + token + "\n");
        Files.move(fresh, address, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void handOver(Path address, List<String> arguments) throws IOException {
        List<String> lines = Files.readAllLines(address);
        if (lines.size() < 2 || !lines.getFirst().matches("[0-9]{1,5}")) {
            throw new IOException("another Jackdaw is starting; try again in a moment");
        }
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(lines.getFirst())),
                    TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            String message = lines.get(1) + "\n"
                    + String.join(
                            "\n",
                            arguments.stream()
                                    .map(argument -> argument.replace('\n', ' '))
                                    .toList());
            socket.getOutputStream().write(message.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            String answer = reader(socket).readLine();
            if (!OK.equals(answer)) {
                throw new IOException("the Jackdaw that is running did not take the arguments");
            }
        }
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    /// Who hears the arguments of later starts, on a thread of its own; without arguments the window is to come
    /// forward.
    public void onArguments(Consumer<List<String>> target) {
        listener = target;
    }

    private void listen() {
        while (!socket.isClosed()) {
            try (Socket caller = socket.accept()) {
                caller.setSoTimeout(TIMEOUT_MILLIS);
                answer(caller);
            } catch (SocketException e) {
                if (!socket.isClosed()) {
                    LOGGER.log(Level.DEBUG, "a second start broke off: {0}", e.getMessage());
                }
            } catch (IOException e) {
                LOGGER.log(Level.DEBUG, "a second start was not understood: {0}", e.getMessage());
            }
        }
    }

    private void answer(Socket caller) throws IOException {
        BufferedReader reader = reader(caller);
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        int read = 0;
        for (int c = reader.read(); c >= 0; c = reader.read()) {
            if (++read > MAX_MESSAGE || lines.size() > MAX_ARGUMENTS) {
                throw new IOException("more than " + MAX_MESSAGE + " characters or " + MAX_ARGUMENTS + " lines");
            }
            if (c == '\n') {
                lines.add(line.toString());
                line.setLength(0);
                if (lines.size() == 1 && !isToken(lines.getFirst())) {
                    throw new IOException("the token is wrong");
                }
            } else {
                line.append((char) c);
            }
        }
        if (!line.isEmpty()) {
            lines.add(line.toString());
        }
        if (lines.isEmpty() || !isToken(lines.getFirst())) {
            throw new IOException("the token is wrong");
        }
        listener.accept(List.copyOf(lines.subList(1, lines.size())));
        caller.getOutputStream().write((OK + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private boolean isToken(String said) {
        return MessageDigest.isEqual(said.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        try {
            socket.close();
            Files.deleteIfExists(address);
            lockFile.close();
        } catch (IOException e) {
            LOGGER.log(Level.DEBUG, "cannot clean up: {0}", e.getMessage());
        }
    }
}
