package dev.jackdaw.gui.model;

import dev.jackdaw.peer.SessionConfig.Encryption;
import dev.jackdaw.peer.SessionConfig.Transport;
import dev.jackdaw.protocol.metainfo.Metainfo.HostAndPort;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.text.NumberFormat;
import java.text.ParsePosition;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;

/// The settings dialog without its controls. What is typed is judged with every key; [#settings()] is there
/// when everything is right. On the JavaFX thread.
public final class SettingsViewModel {
    private static final long KIB = 1024;

    /// Something typed, and what is wrong with it.
    ///
    /// @param <T> what it stands for
    public static final class Field<T> {
        private final StringProperty typed;
        private final ReadOnlyStringWrapper problem = new ReadOnlyStringWrapper(this, "problem", "");
        private final Function<String, T> parse;

        private Field(String first, Function<String, T> parse, Text text) {
            this.typed = new SimpleStringProperty(this, "typed", first);
            this.parse = parse;
            typed.addListener((property, before, now) -> judge(text));
            judge(text);
        }

        private void judge(Text text) {
            try {
                var _ = parse.apply(typed.get().strip());
                problem.set("");
            } catch (IllegalArgumentException e) {
                problem.set(
                        e.getMessage() != null && e.getMessage().startsWith("!")
                                ? e.getMessage().substring(1)
                                : text.get("settings.problem"));
            }
        }

        public StringProperty typed() {
            return typed;
        }

        /// In words for the user; empty if there is none.
        public ReadOnlyStringProperty problem() {
            return problem.getReadOnlyProperty();
        }

        T value() {
            return parse.apply(typed.get().strip());
        }
    }

    private final Text text;
    private final NumberFormat numbers;
    private final List<Field<?>> fields = new ArrayList<>();

    public final ObjectProperty<Settings.Theme> theme;
    public final Field<Integer> fontPercent;
    public final ObjectProperty<String> language;
    public final Field<Path> folder;
    public final BooleanProperty ask;
    public final BooleanProperty start;
    public final BooleanProperty trash;
    public final Field<Long> maxDownload;
    public final Field<Long> maxUpload;
    public final Field<Long> alternativeDownload;
    public final Field<Long> alternativeUpload;
    public final BooleanProperty alternative;
    public final BooleanProperty schedule;
    public final Field<LocalTime> scheduleFrom;
    public final Field<LocalTime> scheduleTo;
    public final ObjectProperty<SpeedSchedule.Days> scheduleDays;
    public final Field<Integer> port;
    public final Field<String> bindAddress;
    public final ObjectProperty<Transport> transport;
    public final Field<Integer> maxConnections;
    public final Field<Integer> maxConnectionsPerTorrent;
    public final Field<Integer> uploadSlots;
    public final BooleanProperty queue;
    public final Field<Integer> maxDownloads;
    public final Field<Integer> maxSeeds;
    public final Field<Double> ratio;
    public final Field<Integer> minutes;
    public final BooleanProperty dht;
    public final BooleanProperty peerExchange;
    public final BooleanProperty localDiscovery;
    public final ObjectProperty<Encryption> encryption;
    public final BooleanProperty notifyCompleted;
    public final BooleanProperty notifyFailed;

    public SettingsViewModel(Settings settings, Text text) {
        this.text = text;
        this.numbers = NumberFormat.getNumberInstance(text.locale());
        theme = new SimpleObjectProperty<>(settings.appearance().theme());
        fontPercent = whole(
                settings.appearance().fontPercent(),
                Settings.Appearance.MIN_FONT_PERCENT,
                Settings.Appearance.MAX_FONT_PERCENT);
        language = new SimpleObjectProperty<>(settings.appearance().language());
        folder = field(settings.downloads().folder().toString(), this::folder);
        ask = new SimpleBooleanProperty(settings.downloads().ask());
        start = new SimpleBooleanProperty(settings.downloads().start());
        trash = new SimpleBooleanProperty(settings.downloads().trash());
        maxDownload = rate(settings.speed().maxDownload());
        maxUpload = rate(settings.speed().maxUpload());
        alternativeDownload = rate(settings.speed().alternativeDownload());
        alternativeUpload = rate(settings.speed().alternativeUpload());
        alternative = new SimpleBooleanProperty(settings.speed().alternative());
        SpeedSchedule planned = settings.speed().schedule();
        schedule = new SimpleBooleanProperty(planned.enabled());
        scheduleFrom = field(planned.from().toString(), this::time);
        scheduleTo = field(planned.to().toString(), this::time);
        scheduleDays = new SimpleObjectProperty<>(planned.days());
        port = whole(settings.connection().port(), 0, 65535);
        bindAddress = field(settings.connection().bindAddress(), this::address);
        transport = new SimpleObjectProperty<>(settings.connection().transport());
        maxConnections = whole(settings.connection().maxConnections(), 1, 100_000);
        maxConnectionsPerTorrent = whole(settings.connection().maxConnectionsPerTorrent(), 1, 10_000);
        uploadSlots = whole(settings.connection().uploadSlots(), 1, 1_000);
        queue = new SimpleBooleanProperty(settings.queue().enabled());
        maxDownloads = whole(settings.queue().maxDownloads(), 1, 100_000);
        maxSeeds = whole(settings.queue().maxSeeds(), 1, 100_000);
        ratio = field(numbers.format(settings.seeding().ratio()), this::share);
        minutes = whole(settings.seeding().minutes(), 0, 10_000_000);
        dht = new SimpleBooleanProperty(settings.privacy().dht());
        peerExchange = new SimpleBooleanProperty(settings.privacy().peerExchange());
        localDiscovery = new SimpleBooleanProperty(settings.privacy().localDiscovery());
        encryption = new SimpleObjectProperty<>(settings.privacy().encryption());
        notifyCompleted = new SimpleBooleanProperty(settings.notifications().completed());
        notifyFailed = new SimpleBooleanProperty(settings.notifications().failed());
    }

    public Text text() {
        return text;
    }

    /// Whether something is wrong.
    public BooleanBinding invalid() {
        return Bindings.createBooleanBinding(
                () -> fields.stream().anyMatch(field -> !field.problem().get().isEmpty()),
                fields.stream().map(Field::problem).toArray(ReadOnlyStringProperty[]::new));
    }

    /// What the dialog says; empty if something is wrong.
    public Optional<Settings> settings() {
        if (invalid().get()) {
            return Optional.empty();
        }
        return Optional.of(new Settings(
                new Settings.Appearance(theme.get(), fontPercent.value(), language.get()),
                new Settings.Downloads(folder.value(), ask.get(), start.get(), trash.get()),
                new Settings.Speed(
                        maxDownload.value(),
                        maxUpload.value(),
                        alternativeDownload.value(),
                        alternativeUpload.value(),
                        alternative.get(),
                        new SpeedSchedule(
                                schedule.get(), scheduleFrom.value(), scheduleTo.value(), scheduleDays.get())),
                new Settings.Connection(
                        port.value(),
                        bindAddress.value(),
                        transport.get(),
                        maxConnections.value(),
                        maxConnectionsPerTorrent.value(),
                        uploadSlots.value()),
                new Settings.Queue(queue.get(), maxDownloads.value(), maxSeeds.value()),
                new Settings.Seeding(ratio.value(), minutes.value()),
                new Settings.Privacy(dht.get(), peerExchange.get(), localDiscovery.get(), encryption.get()),
                new Settings.Notifications(notifyCompleted.get(), notifyFailed.get())));
    }

    private <T> Field<T> field(String first, Function<String, T> parse) {
        Field<T> field = new Field<>(first, parse, text);
        fields.add(field);
        return field;
    }

    private Field<Integer> whole(int first, int from, int to) {
        return field(String.valueOf(first), typed -> {
            if (!typed.matches("[0-9]{1,9}") || Integer.parseInt(typed) < from || Integer.parseInt(typed) > to) {
                throw new IllegalArgumentException("!" + text.get("settings.problem.range", from, to));
            }
            return Integer.parseInt(typed);
        });
    }

    /// KiB/s in the field, bytes/s as its value.
    private Field<Long> rate(long bytesPerSecond) {
        return field(String.valueOf(Math.ceilDiv(bytesPerSecond, KIB)), typed -> {
            if (!typed.matches("[0-9]{1,12}")) {
                throw new IllegalArgumentException("!" + text.get("settings.problem.rate"));
            }
            return Long.parseLong(typed) * KIB;
        });
    }

    private double share(String typed) {
        ParsePosition end = new ParsePosition(0);
        Number parsed = numbers.parse(typed, end);
        if (parsed == null
                || end.getIndex() != typed.length()
                || !(parsed.doubleValue() >= 0 && parsed.doubleValue() <= 10_000)) {
            throw new IllegalArgumentException("!" + text.get("settings.problem.range", 0, 10_000));
        }
        return parsed.doubleValue();
    }

    private LocalTime time(String typed) {
        if (!typed.matches("([01]?[0-9]|2[0-3]):[0-5][0-9]")) {
            throw new IllegalArgumentException("!" + text.get("settings.problem.time"));
        }
        return LocalTime.parse(typed.length() < 5 ? "0" + typed : typed);
    }

    private Path folder(String typed) {
        try {
            Path path = Path.of(typed);
            if (typed.isEmpty() || !path.isAbsolute()) {
                throw new IllegalArgumentException("!" + text.get("settings.problem.folder"));
            }
            return path;
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("!" + text.get("settings.problem.folder"), e);
        }
    }

    private String address(String typed) {
        boolean numeric = typed.isEmpty()
                || (typed.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
                        && HostAndPort.parse(typed.indexOf(':') >= 0 ? "[" + typed + "]:1" : typed + ":1")
                                .isPresent());
        if (!numeric) {
            throw new IllegalArgumentException("!" + text.get("settings.problem.address"));
        }
        return typed;
    }
}
