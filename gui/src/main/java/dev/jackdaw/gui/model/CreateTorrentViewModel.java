package dev.jackdaw.gui.model;

import dev.jackdaw.protocol.metainfo.Metainfo;
import dev.jackdaw.protocol.metainfo.MetainfoBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ReadOnlyDoubleProperty;
import javafx.beans.property.ReadOnlyDoubleWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import org.jspecify.annotations.Nullable;

/// The dialog that makes a torrent, without its controls. Properties are of the JavaFX thread; hashing is on
/// all cores beside it and can be cancelled.
public final class CreateTorrentViewModel {
    private static final long PROGRESS_NANOS = 50_000_000;

    private final Executor fxThread;
    private final StringProperty source = new SimpleStringProperty(this, "source", "");
    private final StringProperty trackers = new SimpleStringProperty(this, "trackers", "");
    private final StringProperty webSeeds = new SimpleStringProperty(this, "webSeeds", "");
    private final StringProperty comment = new SimpleStringProperty(this, "comment", "");
    private final IntegerProperty pieceLength = new SimpleIntegerProperty(this, "pieceLength", 0);
    private final BooleanProperty isPrivate = new SimpleBooleanProperty(this, "private", false);
    private final BooleanProperty seed = new SimpleBooleanProperty(this, "seed", true);
    private final ReadOnlyDoubleWrapper progress = new ReadOnlyDoubleWrapper(this, "progress", -1);
    private volatile @Nullable Thread hashing;

    /// @param fxThread runs what it is given on the JavaFX thread
    public CreateTorrentViewModel(Executor fxThread) {
        this.fxThread = fxThread;
    }

    /// The file or folder to share.
    public StringProperty source() {
        return source;
    }

    /// One URL a line; an empty line begins the next tier.
    public StringProperty trackers() {
        return trackers;
    }

    /// One URL a line.
    public StringProperty webSeeds() {
        return webSeeds;
    }

    public StringProperty comment() {
        return comment;
    }

    /// Bytes; 0 for what fits the content.
    public IntegerProperty pieceLength() {
        return pieceLength;
    }

    public BooleanProperty isPrivate() {
        return isPrivate;
    }

    /// Whether it is to be seeded at once.
    public BooleanProperty seed() {
        return seed;
    }

    /// 0 … 1 while hashing, else -1.
    public ReadOnlyDoubleProperty progress() {
        return progress.getReadOnlyProperty();
    }

    public Optional<Path> path() {
        try {
            return source.get().isBlank()
                    ? Optional.empty()
                    : Optional.of(Path.of(source.get().strip())).filter(Files::exists);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /// What is wrong with what was typed, in words for the user; empty if nothing is.
    public Optional<String> problem(Text text) {
        if (path().isEmpty()) {
            return Optional.of(text.get("create.problem.source"));
        }
        try {
            builder();
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private MetainfoBuilder builder() {
        MetainfoBuilder builder = MetainfoBuilder.of(path().orElseThrow())
                .createdBy("Jackdaw")
                .creationDate(Instant.now())
                .isPrivate(isPrivate.get());
        for (String tier : trackers.get().strip().split("\\R\\s*\\R")) {
            builder.tier(lines(tier).toArray(String[]::new));
        }
        lines(webSeeds.get()).forEach(builder::webSeed);
        if (!comment.get().isBlank()) {
            builder.comment(comment.get().strip());
        }
        if (pieceLength.get() > 0) {
            builder.pieceLength(pieceLength.get());
        }
        return builder;
    }

    private static List<String> lines(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }

    /// Hashes the content.
    ///
    /// @return ends on the JavaFX thread with the torrent, with a [CancellationException], or with an
    ///         [IOException] whose message is for the user
    public CompletableFuture<Metainfo> create() {
        CompletableFuture<Metainfo> result = new CompletableFuture<>();
        AtomicLong toldAt = new AtomicLong(System.nanoTime() - PROGRESS_NANOS);
        MetainfoBuilder builder = builder().progress((hashed, total) -> {
            long now = System.nanoTime();
            if (now - toldAt.get() >= PROGRESS_NANOS) {
                toldAt.set(now);
                fxThread.execute(() -> {
                    if (!result.isDone()) {
                        progress.set((double) hashed / total);
                    }
                });
            }
        });
        progress.set(0);
        hashing = Thread.ofPlatform().daemon().name("jackdaw-create").start(() -> {
            int cores = Runtime.getRuntime().availableProcessors();
            try (ExecutorService helpers = Executors.newFixedThreadPool(cores)) {
                Metainfo metainfo = builder.build(helpers, cores);
                end(() -> result.complete(metainfo));
            } catch (IOException | RuntimeException e) {
                end(() -> result.completeExceptionally(e));
            } catch (InterruptedException e) {
                end(() -> result.completeExceptionally(new CancellationException("cancelled")));
            }
        });
        return result;
    }

    private void end(Runnable outcome) {
        fxThread.execute(() -> {
            progress.set(-1);
            outcome.run();
        });
    }

    /// Ends hashing soon; does nothing if there is none.
    public void cancel() {
        Thread thread = hashing;
        if (thread != null) {
            thread.interrupt();
        }
    }
}
