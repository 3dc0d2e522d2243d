package dev.jackdaw.tracker;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What an administrator asks for: a method, a path in parts, parameters and a JSON object.
///
/// @param path       what follows `/api/`, split at the slashes and decoded
/// @param parameters of the query
/// @param body       the fields sent; none for an empty body
record AdminRequest(String method, List<String> path, Map<String, String> parameters, ObjectNode body) {
    private static final JsonMapper JSON = new JsonMapper();

    /// @throws AdminFailure if a part cannot be read
    static AdminRequest read(String method, URI uri, byte[] body) throws AdminFailure {
        try {
            String raw = uri.getRawPath().substring("/api/".length());
            List<String> path =
                    Arrays.stream(raw.split("/", -1)).map(AdminRequest::decoded).toList();
            Map<String, String> parameters = new HashMap<>();
            String query = uri.getRawQuery();
            if (query != null) {
                for (String pair : query.split("&", -1)) {
                    int equals = pair.indexOf('=');
                    String key = equals < 0 ? pair : pair.substring(0, equals);
                    parameters.put(decoded(key), equals < 0 ? "" : decoded(pair.substring(equals + 1)));
                }
            }
            return new AdminRequest(method, path, parameters, object(body));
        } catch (IllegalArgumentException e) {
            throw AdminFailure.badRequest("the URL has an escape that is none");
        }
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static ObjectNode object(byte[] body) throws AdminFailure {
        if (body.length == 0) {
            return JSON.createObjectNode();
        }
        try {
            if (JSON.readTree(body) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            throw AdminFailure.badRequest("the body is no JSON: " + e.getOriginalMessage());
        }
        throw AdminFailure.badRequest("the body is no JSON object");
    }

    /// The path's part at an index.
    String part(int index) {
        return path.get(index);
    }

    /// Refuses what nothing would look at.
    void allowFields(String... known) throws AdminFailure {
        for (String name : body.propertyNames()) {
            if (!List.of(known).contains(name)) {
                throw AdminFailure.badRequest("unknown field \"" + name + "\"; known: " + String.join(", ", known));
            }
        }
    }

    void allowParameters(String... known) throws AdminFailure {
        for (String name : parameters.keySet()) {
            if (!List.of(known).contains(name)) {
                throw AdminFailure.badRequest("unknown parameter \"" + name + "\"; known: " + String.join(", ", known));
            }
        }
    }

    int parameter(String name, int otherwise, int max) throws AdminFailure {
        String text = parameters.get(name);
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("[0-9]{1,6}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > max) {
            throw AdminFailure.badRequest(name + "=" + text + ", expected 1 to " + max);
        }
        return Integer.parseInt(text);
    }

    Optional<String> text(String field) throws AdminFailure {
        JsonNode value = given(field);
        return value == null
                ? Optional.empty()
                : Optional.of(
                        checked(value.isString(), field, value, "a string").asString());
    }

    Optional<Boolean> flag(String field) throws AdminFailure {
        JsonNode value = given(field);
        return value == null
                ? Optional.empty()
                : Optional.of(checked(value.isBoolean(), field, value, "true or false")
                        .asBoolean());
    }

    /// A number of bytes, ≥ 0.
    OptionalLong bytes(String field) throws AdminFailure {
        JsonNode value = given(field);
        if (value == null) {
            return OptionalLong.empty();
        }
        boolean good = value.isIntegralNumber() && value.canConvertToLong() && value.asLong() >= 0;
        return OptionalLong.of(
                checked(good, field, value, "a whole number of bytes").asLong());
    }

    /// A time such as `"30d"`.
    Optional<Duration> duration(String field) throws AdminFailure {
        JsonNode value = given(field);
        if (value == null) {
            return Optional.empty();
        }
        try {
            Duration duration = ConfigBinder.duration(value);
            checked(duration.toSeconds() > 0 && duration.toDays() <= 3650, field, value, "one second to ten years");
            return Optional.of(duration);
        } catch (IllegalArgumentException e) {
            throw AdminFailure.badRequest(field + " = " + value + ", expected " + e.getMessage());
        }
    }

    private @Nullable JsonNode given(String field) {
        JsonNode value = body.get(field);
        return value == null || value.isNull() ? null : value;
    }

    private static JsonNode checked(boolean holds, String field, JsonNode value, String expected) throws AdminFailure {
        if (!holds) {
            throw AdminFailure.badRequest(field + " = " + value + ", expected " + expected);
        }
        return value;
    }
}
