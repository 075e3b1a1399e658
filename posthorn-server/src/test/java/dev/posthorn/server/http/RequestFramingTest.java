package dev.posthorn.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.RawClient;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Invalid requests and ambiguous framing are answered with an error, and the connection closes. */
class RequestFramingTest {
  private static final String NEXT = "GET /things HTTP/1.1\nHost: a\n\n";

  @AutoClose private final TestFront front = new TestFront();
  @AutoClose private final RawClient client = new RawClient(front.port());

  private void assertLast(int status, String request) {
    RawClient.Answer answer = client.send(request).read();
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.header("Connection")).isEqualTo("close");
    assertThat(answer.json().get("code").asString()).isNotEmpty();
    assertThat(client.isClosed()).isTrue();
    assertThat(front.calls).as("nothing after it is a request").hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PRI * HTTP/2.0", "GET /things HTTP/3.0", "GET /things HTTP/0.9"})
  void otherVersionsAre505(String line) {
    assertLast(505, line + "\nHost: a\n\n" + NEXT);
  }

  @Test
  void theLineOfTheAnswerIsOfTheVersionThatIsSpoken() {
    assertThat(client.send("PRI * HTTP/2.0\n\nSM\n\n").readLine())
        .isEqualTo("HTTP/1.1 505 HTTP Version Not Supported");
  }

  @Test
  void laterMinorVersionsAreReadAsThisOne() {
    assertThat(client.send("GET /things HTTP/1.7\nHost: a\n\n").read().status()).isEqualTo(200);
    assertThat(client.send(NEXT).read().status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /things RTSP/1.0\nHost: a",
        "GET /things\nHost: a",
        "GET /things HTTP/1.1",
        "GET /things HTTP/1.1\nHost: a\nHost: b",
        "GET /things HTTP/1.1\nHost: a\nhost: a",
        "GET /things HTTP/1.1\nHost: a b",
        "GET /things HTTP/1.1\nHost: a/b",
        "GET /things HTTP/1.1\nHost: u@a",
        "POST /things HTTP/1.1\nHost: a\nTransfer-Encoding: gzip",
        "POST /things HTTP/1.1\nHost: a\nTransfer-Encoding: identity",
        "POST /things HTTP/1.1\nHost: a\nTransfer-Encoding: gzip, chunked",
        "POST /things HTTP/1.1\nHost: a\nTransfer-Encoding: xchunked",
        "POST /things HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\nTransfer-Encoding: chunked",
        "POST /things HTTP/1.0\nTransfer-Encoding: chunked",
        "POST /things HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\nContent-Length: 3",
        "POST /things HTTP/1.1\nHost: a\nContent-Length: 1\nContent-Length: 2",
        "POST /things HTTP/1.1\nHost: a\nContent-Length: -1"
      })
  void whatCanBeReadInMoreThanOneWayIs400(String head) {
    assertLast(400, head + "\n\n3\nabc\n0\n\n" + NEXT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x\nabc\n0\n\n", "-3\nabc\n0\n\n", "\nabc\n", "3\nabcd\n0\n\n"})
  void chunksThatAreNoneAre400(String body) {
    assertLast(400, "POST /things HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n" + body + NEXT);
  }

  @Test
  void chunksAreReadUntilOneIsNone() {
    assertLast(
        400,
        "POST /things HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n3\nabc\n" + "y\n" + NEXT);
  }

  @Test
  void requestsBeforeAreAnswered() {
    client.send(NEXT + NEXT + "POST /things HTTP/1.1\nHost: a\nTransfer-Encoding: x\n\nabc");
    assertThat(client.read().status()).isEqualTo(200);
    assertThat(client.read().status()).isEqualTo(200);
    assertThat(client.read().status()).isEqualTo(400);
    assertThat(client.isClosed()).isTrue();
  }

  @Test
  void requestsBeforeBrokenChunksAreAnswered() {
    client.send(
        NEXT + "POST /things HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n3\nabc\nxyz\n");
    assertThat(client.read().status()).isEqualTo(200);
    assertThat(client.read().status()).isEqualTo(400);
    assertThat(client.isClosed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "example.com:8071", "[::1]:80", "under_score", ""})
  void hostsAreTaken(String host) {
    assertThat(client.send("GET /things HTTP/1.1\nHost: " + host + "\n\n").read().status())
        .isEqualTo(200);
  }

  @Test
  void clientsOfHttp10NeedNoHost() {
    assertThat(client.send("GET /things HTTP/1.0\n\n").read().status()).isEqualTo(200);
  }

  // ---- encoded bodies ------------------------------------------------------------------------

  private RawClient.Answer encoded(String coding) {
    return client
        .send(
            "POST /things HTTP/1.1\nHost: a\nContent-Encoding: "
                + coding
                + "\nContent-Length: 3\n\nabc")
        .read();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate", "br", "identity, gzip"})
  void aBodyThatIsEncodedIs415(String coding) {
    RawClient.Answer answer = encoded(coding);
    assertThat(answer.status()).isEqualTo(415);
    assertThat(answer.header("Accept-Encoding")).isEqualTo("identity");
    assertThat(answer.text()).contains(coding);
    assertThat(front.calls).hasValue(0);
  }

  @Test
  void aBodyThatIsSaidToBeAsItIsIsTaken() {
    assertThat(encoded("identity").status()).isEqualTo(200);
    assertThat(
            client
                .send("GET /things HTTP/1.1\nHost: a\nContent-Encoding: gzip\n\n")
                .read()
                .status())
        .isEqualTo(200);
  }
}
