package dev.jackdaw.tracker;

import java.util.Set;

/// The word by which a private tracker tells its users apart: a segment of the URL's path beside `announce` or
/// `scrape`, as in `/PASSKEY/announce` and `/announce/PASSKEY`, or the parameter `passkey`.
final class Passkey {
    private static final Set<String> ENDPOINTS = Set.of("", "announce", "scrape");
    private static final String PARAMETER = "passkey=";

    private Passkey() {}

    /// @param path of the URL, without its query
    /// @return empty if there is none
    static String ofPath(String path) {
        for (String segment : path.split("/")) {
            if (!ENDPOINTS.contains(segment)) {
                return segment;
            }
        }
        return "";
    }

    /// @param pathAndQuery as BEP 41 has it
    /// @return empty if there is none
    static String ofUrl(String pathAndQuery) {
        int question = pathAndQuery.indexOf('?');
        if (question < 0) {
            return ofPath(pathAndQuery);
        }
        for (String pair : pathAndQuery.substring(question + 1).split("&")) {
            if (pair.startsWith(PARAMETER)) {
                return pair.substring(PARAMETER.length());
            }
        }
        return ofPath(pathAndQuery.substring(0, question));
    }
}
