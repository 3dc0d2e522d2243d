package dev.jackdaw.peer.disk;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/// What the file system refused: which operation, on which path, and why, in words for a person.
public final class StorageException extends IOException {
    private static final long serialVersionUID = 1;

    private final String operation;
    private final String path;
    private final String reason;

    public StorageException(String operation, String path, String reason) {
        super(operation + " " + path + ": " + reason);
        this.operation = operation;
        this.path = path;
        this.reason = reason;
    }

    private StorageException(String operation, String path, String reason, Exception cause) {
        this(operation, path, reason);
        initCause(cause);
    }

    /// The same failure with its operation and path; one that has them already stays as it is.
    static StorageException of(String operation, String path, Exception cause) {
        return cause instanceof StorageException known
                ? known
                : new StorageException(operation, path, reason(cause), cause);
    }

    private static String reason(Exception cause) {
        return switch (cause) {
            case NoSuchFileException e -> "no such file or directory";
            case AccessDeniedException e -> "permission denied";
            case FileAlreadyExistsException e -> e.getFile() + " is in the way";
            case NotDirectoryException e -> "not a directory";
            case InvalidPathException e ->
                "the name cannot be written in this system's character set (start with LC_ALL=C.UTF-8)";
            case FileSystemException e when e.getReason() != null -> e.getReason();
            default ->
                cause.getMessage() != null
                        ? cause.getMessage()
                        : cause.getClass().getSimpleName();
        };
    }

    /// A verb: `open`, `read`, `write`, `force`, `rename`, `create`.
    public String operation() {
        return operation;
    }

    public String path() {
        return path;
    }

    /// The cause alone, such as `No space left on device`.
    public String reason() {
        return reason;
    }

    TorrentStorage.PieceResult.Failed toResult() {
        return new TorrentStorage.PieceResult.Failed(operation, path, reason);
    }
}
