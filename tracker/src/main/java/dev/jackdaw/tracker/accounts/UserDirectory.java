package dev.jackdaw.tracker.accounts;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// All users in memory, by passkey and by name; an announce asks nothing else who somebody is.
///
/// Read from any thread; changed by one at a time, under the lock of [Accounts].
final class UserDirectory {
    private final Map<String, User> byName = new ConcurrentHashMap<>();
    private final Map<Passkey, User> byPasskey = new ConcurrentHashMap<>();

    Optional<User> find(Passkey passkey) {
        return Optional.ofNullable(byPasskey.get(passkey));
    }

    Optional<User> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    int size() {
        return byName.size();
    }

    /// All users, by name.
    List<User> all() {
        return byName.values().stream()
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .toList();
    }

    /// Adds a user, or takes over what has changed about them.
    void put(User user) {
        User before = byName.put(user.name(), user);
        byPasskey.put(user.passkey(), user);
        if (before != null && !before.passkey().equals(user.passkey())) {
            byPasskey.remove(before.passkey());
        }
    }

    void remove(String name) {
        User user = byName.remove(name);
        if (user != null) {
            byPasskey.remove(user.passkey());
        }
    }

    /// Knows these users and no others from now on.
    void replace(Collection<User> users) {
        users.forEach(this::put);
        if (byName.size() > users.size()) {
            var names = new java.util.HashSet<String>();
            users.forEach(user -> names.add(user.name()));
            byName.keySet().stream()
                    .filter(name -> !names.contains(name))
                    .toList()
                    .forEach(this::remove);
        }
    }

    /// Adds to a user's totals; somebody who is gone gets nothing.
    void credit(String name, long uploaded, long downloaded) {
        find(name).ifPresent(user -> put(user.credited(uploaded, downloaded)));
    }
}
