package dev.jackdaw.gui.model;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// [Settings] as `desktop.toml`: each record is a table, by the name of the component that it is, and in it each
/// value by the name of its own, `fontPercent` as `font-percent`. An enum's constants are in lower case.
///
/// What is missing has its default; what is no value for its key has it too, with a complaint, and everything else
/// of the file counts. A table whose values do not go together has its defaults.
public final class SettingsFile {
    private static final int VERSION = 1;

    private final TomlFile file;
    private final Settings defaults;

    public SettingsFile(Path path, Settings defaults) {
        this.file = new TomlFile(path, VERSION);
        this.defaults = defaults;
    }

    /// @param complaints told of what could not be used, in a sentence each
    public Settings load(Consumer<String> complaints) {
        return file.read(complaints)
                .map(root -> new Reader(root, complaints).record(defaults, root))
                .orElse(defaults);
    }

    public void save(Settings settings) throws IOException {
        ObjectNode root = file.empty();
        write(settings, root, root);
        file.write(root);
    }

    /// @param table for what is no record
    private static void write(Record record, ObjectNode table, ObjectNode root) {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            String key = key(component);
            switch (valueOf(component, record)) {
                case Record section -> write(section, root.putObject(key), root);
                case Boolean flag -> table.put(key, flag);
                case Integer whole -> table.put(key, whole);
                case Long whole -> table.put(key, whole);
                case Double number -> table.put(key, number);
                case Enum<?> constant -> table.put(key, constant.name().toLowerCase(Locale.ROOT));
                case Object text -> table.put(key, text.toString());
            }
        }
    }

    private static String key(RecordComponent component) {
        return component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static Object valueOf(RecordComponent component, Record record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(component + " cannot be read", e);
        }
    }

    private record Reader(JsonNode root, Consumer<String> complaints) {
        /// A record like that one, with the values that the table has.
        <R extends Record> R record(R usual, JsonNode table) {
            RecordComponent[] components = usual.getClass().getRecordComponents();
            Object[] values = Arrays.stream(components)
                    .map(component -> component(key(component), valueOf(component, usual), table))
                    .toArray();
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            try {
                @SuppressWarnings("unchecked") // its own class
                R made = (R) usual.getClass().getDeclaredConstructor(types).newInstance(values);
                return made;
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof IllegalArgumentException wrong) {
                    throw wrong;
                }
                throw new IllegalStateException(usual.getClass() + " cannot be made", e);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(usual.getClass() + " cannot be made", e);
            }
        }

        private Object component(String key, Object usual, JsonNode table) {
            if (usual instanceof Record section) {
                return section(key, section);
            }
            JsonNode value = table.path(key);
            if (value.isMissingNode()) {
                return usual;
            }
            try {
                return read(value, usual);
            } catch (IllegalArgumentException | DateTimeException e) {
                complaints.accept("settings: " + key + " has its default, as " + value + " is no value for it");
                return usual;
            }
        }

        private Record section(String name, Record usual) {
            try {
                return record(usual, root.path(name));
            } catch (IllegalArgumentException e) {
                complaints.accept("settings: [" + name + "] has its defaults: " + e.getMessage());
                return usual;
            }
        }

        /// A value of the kind of that one.
        private static Object read(JsonNode value, Object kind) {
            return switch (kind) {
                case Boolean _ when value.isBoolean() -> value.asBoolean();
                case Integer _ when value.canConvertToInt() -> value.asInt();
                case Long _ when value.canConvertToLong() -> value.asLong();
                case Double _ when value.isNumber() -> value.asDouble();
                case String _ when value.isString() -> value.asString();
                case Path _ when value.isString() -> Path.of(value.asString());
                case LocalTime _ when value.isString() -> LocalTime.parse(value.asString());
                case Enum<?> constant
                when value.isString() ->
                    Enum.valueOf(constant.getDeclaringClass(), value.asString().toUpperCase(Locale.ROOT));
                default -> throw new IllegalArgumentException(value + " is of another kind");
            };
        }
    }
}
