/// A small HTTP/1.1 client for trackers and web seeds, made for URLs that strangers wrote.
///
/// [HttpAgent] sends a GET and follows redirects; [HttpDialer] resolves a name once, judges every address it gave and
/// connects to exactly the judged one, so that a name cannot point elsewhere a moment later (DNS rebinding). Everything
/// is bounded: the head, the body, the redirects, and the whole call by a [CallTimer] that closes the socket. Calls
/// block and are meant for virtual threads.
///
/// ```java
/// try (var timer = agent.timer(Duration.ofSeconds(30));
///         var response = agent.get(HttpRequest.of(HttpUrl.parse("http://tracker.example/announce")), timer)) {
///     byte[] body = response.readBody(2 << 20);
/// }
/// ```
package dev.jackdaw.peer.http;
