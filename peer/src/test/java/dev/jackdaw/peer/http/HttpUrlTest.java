package dev.jackdaw.peer.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpUrlTest {
    @Test
    void takesAUrlApart() throws HttpException {
        var url = HttpUrl.parse("HTTP://User:p%40ss@Tracker.Example:6969/a/announce?passkey=1#part");

        assertEquals(
                new HttpUrl(false, "tracker.example", 6969, "/a/announce?passkey=1", Optional.of("Basic VXNlcjpwQHNz")),
                url);
        assertEquals("http://tracker.example:6969/a/announce?passkey=1", url.toString());
    }

    @Test
    void knowsTheDefaultPorts() throws HttpException {
        assertEquals(80, HttpUrl.parse("http://a").port());
        assertEquals(443, HttpUrl.parse("https://a?x").port());
        assertEquals("/?x", HttpUrl.parse("https://a?x").target());
    }

    @Test
    void takesIpv6InBrackets() throws HttpException {
        var url = HttpUrl.parse("http://[2001:DB8::1]:81/x");

        assertEquals("2001:db8::1", url.host());
        assertEquals("[2001:db8::1]:81", url.hostHeader());
    }

    @Test
    void escapesWhatARequestLineCannotHold() throws HttpException {
        assertEquals(
                "/a%20b/%C3%A4%22%5C{}|", HttpUrl.parse("http://a/a b/ä\"\\{}|").target());
    }

    @Test
    void keepsEscapesAsTheyAre() throws HttpException {
        assertEquals("/%41%2f?x=%00", HttpUrl.parse("http://a/%41%2f?x=%00").target());
    }

    @Test
    void turnsInternationalNamesIntoAscii() throws HttpException {
        assertEquals(
                "xn--bcher-kva.example", HttpUrl.parse("http://bücher.example/").host());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "http://",
                "http:///path",
                "ftp://a/",
                "file:///etc/passwd",
                "tracker.example/announce",
                "http://a:0/",
                "http://a:65536/",
                "http://a:-1/",
                "http://a:8x/",
                "http://a/x\r\nHost: b",
                "http://a/\u0000",
                "http://a b/",
                "http://[::1/",
                "http://[evil]/",
                "http://a%00b/",
                "http://user@/"
            })
    void refusesWhatIsNoUrl(String text) {
        assertThrows(HttpException.class, () -> HttpUrl.parse(text));
    }

    @Test
    void refusesAnOverlongUrl() {
        assertThrows(HttpException.class, () -> HttpUrl.parse("http://a/" + "x".repeat(HttpUrl.MAX_LENGTH)));
    }

    @ParameterizedTest
    @CsvSource({
        "http://b/y, http://b/y",
        "https://b:444/y, https://b:444/y",
        "//c/z, http://c/z",
        "/root?q, http://a:8080/root?q",
        "leaf, http://a:8080/dir/leaf",
        "?q=2, http://a:8080/dir/file?q=2"
    })
    void resolvesLocations(String location, String expected) throws HttpException {
        assertEquals(
                expected,
                HttpUrl.parse("http://a:8080/dir/file?q=1").resolve(location).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://b/", "file:///etc/passwd", "javascript:1", "data:text/plain,x"})
    void refusesLocationsOfOtherSchemes(String location) {
        assertThrows(HttpException.class, () -> HttpUrl.parse("http://a/").resolve(location));
    }

    @Test
    void credentialsDoNotFollowToAnotherHost() throws HttpException {
        var url = HttpUrl.parse("http://me:secret@a/x");

        assertTrue(url.resolve("http://b/").credentials().isEmpty());
        assertFalse(url.resolve("/y").credentials().isEmpty());
        assertFalse(url.toString().contains("secret"));
    }
}
