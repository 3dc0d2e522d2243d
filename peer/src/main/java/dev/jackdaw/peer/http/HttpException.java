package dev.jackdaw.peer.http;

import java.io.IOException;

/// A call that failed because of what a URL or a server said: a bad URL, a refused address, a broken or over-long
/// answer.
///
/// The message is a sentence for people; text of the server in it is raw and must be escaped before it is shown. It
/// carries no stack trace, since servers can cause it as often as they like.
public final class HttpException extends IOException {
    private static final long serialVersionUID = 1L;

    public HttpException(String message) {
        super(message);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
