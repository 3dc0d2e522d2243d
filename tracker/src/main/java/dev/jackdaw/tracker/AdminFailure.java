package dev.jackdaw.tracker;

/// A request that the administrator's API does not grant, and why.
final class AdminFailure extends Exception {
    private static final long serialVersionUID = 1;

    static final int BAD_REQUEST = 400;
    static final int UNAUTHORIZED = 401;
    static final int NOT_FOUND = 404;
    static final int METHOD_NOT_ALLOWED = 405;
    static final int CONFLICT = 409;
    static final int TOO_LARGE = 413;
    static final int UNAVAILABLE = 503;

    private final int status;

    /// @param status  of HTTP
    /// @param message for whoever asked
    AdminFailure(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }

    static AdminFailure badRequest(String message) {
        return new AdminFailure(BAD_REQUEST, message);
    }

    static AdminFailure notFound(String message) {
        return new AdminFailure(NOT_FOUND, message);
    }
}
