package dev.jackdaw.tracker;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.tracker.accounts.AccountException;
import dev.jackdaw.tracker.accounts.Accounts;
import dev.jackdaw.tracker.accounts.AccountsStatus;
import dev.jackdaw.tracker.accounts.Invite;
import dev.jackdaw.tracker.accounts.User;
import dev.jackdaw.tracker.accounts.UserChange;
import dev.jackdaw.tracker.accounts.UserName;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What an administrator may see and do; `docs/tracker.md` lists it.
///
/// Nothing here knows of HTTP but for methods and statuses: [AdminServer] is the edge.
final class AdminApi {
    private static final JsonMapper JSON = new JsonMapper();
    /// Torrents in one answer.
    private static final int MAX_PAGE = 1000;

    private static final int DEFAULT_PAGE = 100;

    private final TrackerServer server;
    private final TrackerConfig config;
    private final Optional<Accounts> accounts;
    private final Optional<RedisSwarmStore> redis;
    private final Optional<ListFile> torrentList;
    private final Optional<ListFile> addressList;

    AdminApi(TrackerServer server, TrackerConfig config, Optional<Accounts> accounts, Optional<RedisSwarmStore> redis) {
        this.server = server;
        this.config = config;
        this.accounts = accounts;
        this.redis = redis;
        this.torrentList = config.torrents().map(list -> ListFile.ofTorrents(list.file()));
        this.addressList = config.addresses().map(list -> ListFile.ofAddresses(list.file()));
    }

    /// Answers with a JSON value, or says why not.
    JsonNode answer(AdminRequest request) throws AdminFailure {
        try {
            return switch (request.part(0)) {
                case "stats" -> stats(request);
                case "torrents" -> torrents(request);
                case "users" -> users(request);
                case "invites" -> invites(request);
                case "lists" -> lists(request);
                default ->
                    throw AdminFailure.notFound(
                            "no such resource; there are stats, torrents, users, invites and lists");
            };
        } catch (AccountException e) {
            throw new AdminFailure(
                    switch (e.problem()) {
                        case INVALID -> AdminFailure.BAD_REQUEST;
                        case NOT_FOUND -> AdminFailure.NOT_FOUND;
                        case CONFLICT, LIMIT -> AdminFailure.CONFLICT;
                        case UNAVAILABLE -> AdminFailure.UNAVAILABLE;
                    },
                    String.valueOf(e.getMessage()));
        }
    }

    // ---- stats

    private JsonNode stats(AdminRequest request) throws AdminFailure {
        requireLength(request, 1);
        return switch (request.method()) {
            case "GET" -> stats();
            default -> throw notAllowed(request, "GET");
        };
    }

    private JsonNode stats() {
        TrackerSnapshot now = server.snapshot();
        ObjectNode stats = JSON.createObjectNode()
                .put("private", accounts.isPresent())
                .put("swarms", now.swarms())
                .put("peers", now.peers())
                .put("httpAnnounces", now.httpAnnounces())
                .put("udpAnnounces", now.udpAnnounces())
                .put("refused", now.refused())
                .put("httpConnections", now.httpConnections());
        accounts.map(Accounts::status).ifPresent(status -> stats.set("accounts", json(status)));
        redis.map(RedisSwarmStore::status)
                .ifPresent(status -> stats.putObject("redis")
                        .put("connected", status.connected())
                        .put("passedOn", status.passedOn())
                        .put("received", status.received())
                        .put("waitingBytes", status.waitingBytes())
                        .put("batchesLost", status.batchesLost()));
        return stats;
    }

    private static ObjectNode json(AccountsStatus status) {
        return JSON.createObjectNode()
                .put("users", status.users())
                .put("activeUsers", status.activeUsers())
                .put("reportsRecorded", status.reportsRecorded())
                .put("reportsLost", status.reportsLost())
                .put("reportsImplausible", status.reportsImplausible())
                .put("framesWaiting", status.framesWaiting())
                .put("journalBytes", status.journalBytes())
                .put("databaseAvailable", status.databaseAvailable());
    }

    // ---- torrents

    private JsonNode torrents(AdminRequest request) throws AdminFailure {
        if (request.path().size() == 1) {
            return switch (request.method()) {
                case "GET" -> listTorrents(request);
                default -> throw notAllowed(request, "GET");
            };
        }
        requireLength(request, 2);
        InfoHash infoHash = infoHash(request.part(1));
        return switch (request.method()) {
            case "GET" -> {
                Announcement query = new Announcement();
                query.infoHash(infoHash);
                server.store().scrape(query);
                yield json(new SwarmCounts(infoHash, query.seeders, query.leechers, query.completed));
            }
            case "DELETE" -> {
                if (!server.store().remove(infoHash)) {
                    throw AdminFailure.notFound("there is no torrent " + infoHash.hex());
                }
                yield JSON.createObjectNode();
            }
            default -> throw notAllowed(request, "GET, DELETE");
        };
    }

    /// The torrents after `after` in the order of their info-hashes, or those with the most peers.
    private JsonNode listTorrents(AdminRequest request) throws AdminFailure {
        request.allowParameters("limit", "after", "order");
        int limit = request.parameter("limit", DEFAULT_PAGE, MAX_PAGE);
        String order = request.parameters().getOrDefault("order", "hash");
        Comparator<SwarmCounts> first = switch (order) {
            case "hash" -> Comparator.comparing(SwarmCounts::infoHash);
            case "peers" ->
                Comparator.comparingInt((SwarmCounts swarm) -> swarm.seeders() + swarm.leechers())
                        .reversed()
                        .thenComparing(SwarmCounts::infoHash);
            default -> throw AdminFailure.badRequest("order=" + order + ", expected hash or peers");
        };
        String after = request.parameters().get("after");
        if (after != null && order.equals("peers")) {
            throw AdminFailure.badRequest("after goes with order=hash only");
        }
        Optional<InfoHash> start = after == null ? Optional.empty() : Optional.of(infoHash(after));
        // never more of them in memory than are asked for: a tracker may have millions
        PriorityQueue<SwarmCounts> best = new PriorityQueue<>(first.reversed());
        server.store().forEach(swarm -> {
            if (start.isEmpty() || swarm.infoHash().compareTo(start.get()) > 0) {
                best.add(swarm);
                if (best.size() > limit) {
                    best.remove();
                }
            }
        });
        ObjectNode answer = JSON.createObjectNode().put("total", server.store().swarms());
        ArrayNode list = answer.putArray("torrents");
        best.stream().sorted(first).forEach(swarm -> list.add(json(swarm)));
        return answer;
    }

    private static ObjectNode json(SwarmCounts swarm) {
        return JSON.createObjectNode()
                .put("infoHash", swarm.infoHash().hex())
                .put("seeders", swarm.seeders())
                .put("leechers", swarm.leechers())
                .put("completed", swarm.completed());
    }

    private static InfoHash infoHash(String text) throws AdminFailure {
        if (!text.matches("\\p{XDigit}{40}")) {
            throw AdminFailure.badRequest("\"" + text + "\" is no info-hash: 40 hexadecimal digits");
        }
        return InfoHash.ofHex(text);
    }

    // ---- users

    /// The users after `after` in the order of their names.
    private static JsonNode listUsers(AdminRequest request, Accounts users) throws AdminFailure {
        request.allowParameters("limit", "after");
        int limit = request.parameter("limit", DEFAULT_PAGE, MAX_PAGE);
        String after = request.parameters().getOrDefault("after", "");
        List<User> all = users.users();
        ObjectNode answer = JSON.createObjectNode().put("total", all.size());
        ArrayNode list = answer.putArray("users");
        all.stream()
                .filter(user -> user.name().compareTo(after) > 0)
                .limit(limit)
                .forEach(user -> list.add(json(user).put("torrents", users.torrents(user))));
        return answer;
    }

    private JsonNode users(AdminRequest request) throws AdminFailure, AccountException {
        Accounts users = requireAccounts();
        if (request.path().size() == 1) {
            return switch (request.method()) {
                case "GET" -> listUsers(request, users);
                case "POST" -> {
                    request.allowFields("name");
                    yield withPasskey(users.createUser(name(required(request, "name"))));
                }
                default -> throw notAllowed(request, "GET, POST");
            };
        }
        UserName name = name(request.part(1));
        if (request.path().size() == 3 && request.part(2).equals("passkey")) {
            return switch (request.method()) {
                case "POST" -> withPasskey(users.renewPasskey(name));
                default -> throw notAllowed(request, "POST");
            };
        }
        requireLength(request, 2);
        return switch (request.method()) {
            case "GET" -> {
                User user = users.user(name);
                yield withPasskey(user).put("torrents", users.torrents(user));
            }
            case "PATCH" -> {
                request.allowFields("enabled", "uploaded", "downloaded");
                UserChange change =
                        new UserChange(request.flag("enabled"), request.bytes("uploaded"), request.bytes("downloaded"));
                yield json(users.changeUser(name, change));
            }
            case "DELETE" -> {
                users.deleteUser(name);
                yield JSON.createObjectNode();
            }
            default -> throw notAllowed(request, "GET, PATCH, DELETE");
        };
    }

    private static ObjectNode json(User user) {
        ObjectNode json = JSON.createObjectNode()
                .put("name", user.name())
                .put("uploaded", user.uploaded())
                .put("downloaded", user.downloaded())
                .put("enabled", user.enabled())
                .put("created", user.created().toString());
        user.ratio().ifPresent(ratio -> json.put("ratio", Math.round(ratio * 1000) / 1000.0));
        user.invitedBy().ifPresent(name -> json.put("invitedBy", name));
        return json;
    }

    private static ObjectNode withPasskey(User user) {
        return json(user).put("passkey", user.passkey().hex());
    }

    // ---- invites

    private JsonNode invites(AdminRequest request) throws AdminFailure, AccountException {
        Accounts users = requireAccounts();
        if (request.path().size() == 1) {
            return switch (request.method()) {
                case "GET" -> {
                    ObjectNode answer = JSON.createObjectNode();
                    ArrayNode list = answer.putArray("invites");
                    users.invites().forEach(invite -> list.add(json(invite)));
                    yield answer;
                }
                case "POST" -> {
                    request.allowFields("issuedBy", "validity");
                    Optional<String> issuer = request.text("issuedBy");
                    Optional<UserName> name = issuer.isPresent() ? Optional.of(name(issuer.get())) : Optional.empty();
                    yield json(users.createInvite(name, request.duration("validity")));
                }
                default -> throw notAllowed(request, "GET, POST");
            };
        }
        String code = request.part(1);
        if (request.path().size() == 3 && request.part(2).equals("redeem")) {
            request.allowFields("name");
            return switch (request.method()) {
                case "POST" -> withPasskey(users.redeem(code, name(required(request, "name"))));
                default -> throw notAllowed(request, "POST");
            };
        }
        requireLength(request, 2);
        return switch (request.method()) {
            case "DELETE" -> {
                users.revokeInvite(code);
                yield JSON.createObjectNode();
            }
            default -> throw notAllowed(request, "DELETE");
        };
    }

    private static ObjectNode json(Invite invite) {
        ObjectNode json = JSON.createObjectNode()
                .put("code", invite.code())
                .put("created", invite.created().toString())
                .put("expires", invite.expires().toString());
        invite.issuedBy().ifPresent(name -> json.put("issuedBy", name));
        return json;
    }

    // ---- lists

    private JsonNode lists(AdminRequest request) throws AdminFailure {
        if (request.path().size() < 2) {
            throw AdminFailure.notFound("no such list; there are lists/torrents and lists/addresses");
        }
        String name = request.part(1);
        Optional<ListFile> found = switch (name) {
            case "torrents" -> torrentList;
            case "addresses" -> addressList;
            default -> throw AdminFailure.notFound("no such list; there are torrents and addresses");
        };
        ListFile list = found.orElseThrow(() ->
                AdminFailure.notFound("the configuration has no list of " + name + "; see the key \"" + name + "\""));
        TrackerConfig.AccessList.Mode mode = (name.equals("torrents") ? config.torrents() : config.addresses())
                .orElseThrow()
                .mode();
        try {
            if (request.path().size() == 2) {
                if (!request.method().equals("GET")) {
                    throw notAllowed(request, "GET");
                }
                ObjectNode answer =
                        JSON.createObjectNode().put("mode", mode.name().toLowerCase(java.util.Locale.ROOT));
                ArrayNode entries = answer.putArray("entries");
                list.entries().forEach(entries::add);
                return answer;
            }
            // a range has a slash in it, escaped or not
            String entry =
                    String.join("/", request.path().subList(2, request.path().size()));
            return switch (request.method()) {
                case "PUT" -> JSON.createObjectNode().put("added", list.add(entry));
                case "DELETE" -> JSON.createObjectNode().put("removed", list.remove(entry));
                default -> throw notAllowed(request, "PUT, DELETE");
            };
        } catch (IllegalArgumentException e) {
            throw AdminFailure.badRequest(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new AdminFailure(AdminFailure.UNAVAILABLE, "the list's file: " + e);
        }
    }

    // ---- what requests have in common

    private Accounts requireAccounts() throws AdminFailure {
        return accounts.orElseThrow(
                () -> AdminFailure.notFound("this tracker is public: there are no users; see accounts.enabled"));
    }

    private static void requireLength(AdminRequest request, int length) throws AdminFailure {
        if (request.path().size() != length) {
            throw AdminFailure.notFound("no such resource: " + String.join("/", request.path()));
        }
    }

    private static String required(AdminRequest request, String field) throws AdminFailure {
        return request.text(field).orElseThrow(() -> AdminFailure.badRequest("the field \"" + field + "\" is missing"));
    }

    private static UserName name(String text) throws AdminFailure {
        try {
            return new UserName(text);
        } catch (IllegalArgumentException e) {
            throw AdminFailure.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private static AdminFailure notAllowed(AdminRequest request, String allowed) {
        return new AdminFailure(
                AdminFailure.METHOD_NOT_ALLOWED,
                request.method() + " is not possible on " + String.join("/", request.path()) + "; " + allowed + " is");
    }
}
