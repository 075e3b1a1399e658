package dev.posthorn.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.RawClient;
import dev.posthorn.testkit.receiver.Await;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpListenerTest {
  @AutoClose private final TestFront front = new TestFront();
  @AutoClose private final RawClient client = new RawClient(front.port());

  private RawClient.Answer get(String target) {
    return client.send("GET " + target + " HTTP/1.1\nHost: a\n\n").read();
  }

  private static String post(String path, String body) {
    return "POST "
        + path
        + " HTTP/1.1\nHost: a\nAuthorization: Bearer x\nContent-Length: "
        + body.length()
        + "\n\n"
        + body;
  }

  // ---- routing -------------------------------------------------------------------------------

  @Test
  void answersWhatAnOperationSays() {
    RawClient.Answer answer = get("/things?name=a%20b");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("GET/things name=a b ");
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain");
  }

  @Test
  void decodesSegmentsAfterTheyAreSplit() {
    assertThat(get("/things/a%2Fb/parts/c+d%20e").text())
        .isEqualTo("GET/things/{thing}/parts/{part} [a/b, c+d e] ");
  }

  @Test
  void takesATrailingSlash() {
    assertThat(get("/things/").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/thing", "/things/a", "/things//parts/b", "//things", "/things//"})
  void hasNothingElsewhere(String path) {
    RawClient.Answer answer = get(path);
    assertThat(answer.status()).as(answer.text()).isEqualTo(404);
    assertThat(answer.json().get("code").asString()).isEqualTo("not_found");
  }

  @Test
  void namesTheMethodsThatAPathHas() {
    RawClient.Answer answer = client.send("DELETE /things HTTP/1.1\nHost: a\n\n").read();
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo("GET, HEAD, POST");
  }

  @Test
  void answersHeadWithTheLengthOfWhatGetGives() {
    RawClient.Answer answer = client.send("HEAD /things HTTP/1.1\nHost: a\n\n").readHead();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Length")).isEqualTo("11");
    assertThat(get("/things").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/things/%zz/parts/a", "/things?name=%", "/things?%4=1"})
  void refusesAPercentSignThatEncodesNothing(String target) {
    assertThat(get(target).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "OPTIONS * HTTP/1.1",
        "GET things HTTP/1.1",
        "GET ? HTTP/1.1",
        "GET http:// HTTP/1.1",
        "GET /things#a HTTP/1.1",
        "CONNECT a:80 HTTP/1.1",
        "BREW /things HTTP/1.1",
        "GET /things?&&=&name HTTP/1.1"
      })
  void hasAnAnswerToStrangeRequests(String line) {
    assertThat(client.send(line + "\nHost: a\n\n").read().status()).isBetween(200, 499);
  }

  @Test
  void takesATargetWithAHost() {
    assertThat(get("http://a/things").status()).isEqualTo(200);
  }

  // ---- bodies --------------------------------------------------------------------------------

  @Test
  void refusesALengthThatIsTooLargeBeforeTheBodyIsThere() {
    RawClient.Answer answer =
        client.send("POST /things HTTP/1.1\nHost: a\nContent-Length: 10001\n\n").read();
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.header("Connection")).isEqualTo("close");
  }

  @Test
  void tellsAClientThatSendsTooMuchBeforeItCloses() {
    // More than sockets hold, all of it sent before the answer is read.
    byte[] large = new byte[4_000_000];
    client.send("POST /things HTTP/1.1\nHost: a\nContent-Length: 4000000\n\n").sendBytes(large);
    assertThat(client.read().status()).isEqualTo(413);
    assertThat(client.isClosed()).isTrue();
  }

  @Test
  void refusesAChunkedBodyOnceItIsTooLarge() {
    client.send("POST /things HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n");
    for (int chunk = 0; chunk < 11; chunk++) {
      client.send("3e8\n" + "x".repeat(1_000) + "\n");
    }
    assertThat(client.read().status()).isEqualTo(413);
    assertThat(client.isClosed()).isTrue();
  }

  @Test
  void takesABodyOfExactlyTheLimit() {
    String body = "x".repeat(10_000);
    assertThat(client.send(post("/things", body)).read().text()).endsWith(body);
  }

  @Test
  void takesAChunkedBody() {
    client.send(
        "POST /things HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n3\nabc\n2\nde\n0\n\n");
    assertThat(client.read().text()).isEqualTo("POST/things abcde");
  }

  @Test
  void refusesABodyThatDoesNotComeInTime() {
    try (TestFront hasty = new TestFront(TestFront.LIMITS.toBuilder().bodyMillis(100).build(), 1);
        RawClient slow = new RawClient(hasty.port())) {
      slow.send("POST /things HTTP/1.1\nHost: a\nContent-Length: 100\n\nabc");
      RawClient.Answer answer = slow.read();
      assertThat(answer.status()).isEqualTo(408);
      assertThat(answer.json().get("code").asString()).isEqualTo("request_timeout");
      assertThat(slow.isClosed()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "x", "99999999999999999999", "1, 2", ""})
  void refusesALengthThatIsNone(String length) {
    client.send("POST /things HTTP/1.1\nHost: a\nContent-Length: " + length + "\n\n");
    assertThat(client.read().status()).isEqualTo(400);
    assertThat(client.isClosed()).isTrue();
  }

  @Test
  void takesNoBytesOfABodyForARequest() {
    // The body is one byte longer than its declared length: that byte is not a request.
    client.send("POST /things HTTP/1.1\nHost: a\nContent-Length: 2\n\nabc\n\n");
    assertThat(client.read().text()).isEqualTo("POST/things ab");
    assertThat(client.read().status()).isEqualTo(400);
    assertThat(client.isClosed()).isTrue();
    assertThat(front.calls).hasValue(1);
  }

  @Test
  void refusesABodyWithTwoLengths() {
    client.send(
        """
        POST /things HTTP/1.1
        Host: a
        Content-Length: 5
        Transfer-Encoding: chunked

        0

        GET /things HTTP/1.1
        Host: a

        """);
    assertThat(client.read().status()).isEqualTo(400);
    assertThat(client.isClosed()).isTrue();
    assertThat(front.calls).hasValue(0);
  }

  @Test
  void asksForTheBodyOnlyIfItIsWanted() {
    String head = "POST /direct HTTP/1.1\nHost: a\nExpect: 100-continue\nContent-Length: 3\n";
    client.send(head + "Authorization: Bearer x\n\n");
    assertThat(client.readHead().status()).isEqualTo(100);
    assertThat(client.send("abc").read().text()).isEqualTo("POST/direct abc");
    client.send(head + "\n");
    assertThat(client.read().status()).as("without a token").isEqualTo(401);
  }

  // ---- slow and many clients -----------------------------------------------------------------

  @Test
  void closesAConnectionWhoseHeadDoesNotComeInTime() {
    try (TestFront hasty = new TestFront(TestFront.LIMITS.toBuilder().idleMillis(100).build(), 1);
        RawClient idle = new RawClient(hasty.port());
        RawClient dripping = new RawClient(hasty.port());
        RawClient between = new RawClient(hasty.port())) {
      dripping.send("GET /things HTTP/1.1\nHo");
      assertThat(between.send("GET /things HTTP/1.1\nHost: a\n\n").read().status()).isEqualTo(200);
      assertThat(idle.isClosed()).isTrue();
      assertThat(dripping.isClosed()).isTrue();
      assertThat(between.isClosed()).isTrue();
      Await.until("no connection is counted", () -> hasty.connections() == 0);
    }
  }

  @Test
  void answersRequestsOfOneConnectionInTheirOrder() {
    client.send(
        post("/things", "1") + post("/direct", "2") + post("/known", "3") + post("/direct", "4"));
    assertThat(client.read().text()).isEqualTo("POST/things 1");
    assertThat(client.read().text()).isEqualTo("POST/direct 2");
    assertThat(client.read().text()).isEqualTo("POST/known 3");
    assertThat(client.read().text()).isEqualTo("POST/direct 4");
  }

  @Test
  void closesTheConnectionOfAClientThatWantsThat() {
    client.send("GET /things HTTP/1.1\nHost: a\nConnection: close\n\n");
    assertThat(client.read().status()).isEqualTo(200);
    assertThat(client.isClosed()).isTrue();
  }

  @Test
  void listensOnOnePortWithSeveralLoops() {
    try (TestFront wide = new TestFront(TestFront.LIMITS, 4)) {
      for (int connection = 0; connection < 8; connection++) {
        try (RawClient one = new RawClient(wide.port())) {
          assertThat(one.send("GET /things HTTP/1.1\nHost: a\n\n").read().status()).isEqualTo(200);
        }
      }
    }
  }

  // ---- heads ---------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"GET /things HTTP/1.1\nHost: a\nX: %s\n\n", "GET /%s HTTP/1.1\n\n"})
  void refusesAHeadThatIsTooLarge(String head) {
    RawClient.Answer answer = client.send(String.format(head, "x".repeat(5_000))).read();
    assertThat(answer.status()).isEqualTo(431);
    assertThat(answer.json().get("code").asString()).isEqualTo("head_too_large");
    assertThat(client.isClosed()).isTrue();
  }

  @Test
  void refusesWhatIsNotHttp() {
    RawClient.Answer answer = client.send("hello\n\n").read();
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().get("code").asString()).isEqualTo("bad_request");
    assertThat(client.isClosed()).isTrue();
  }

  @Test
  void knowsNoHttp2() {
    client.send("PRI * HTTP/2.0\n\nSM\n\n");
    assertThat(client.read().status()).isEqualTo(505);
    assertThat(client.isClosed()).isTrue();
  }

  @Test
  void doesNotChangeToAnotherProtocol() {
    RawClient.Answer answer =
        client
            .send(
                """
                GET /things HTTP/1.1
                Host: a
                Connection: Upgrade, HTTP2-Settings
                Upgrade: h2c
                HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA

                """)
            .read();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(get("/things").status()).isEqualTo(200);
  }

  @Test
  void givesEachAnswerAnId() {
    String one = get("/things").header("X-Request-Id");
    String other = get("/nothing").header("X-Request-Id");
    assertThat(one).matches("[a-z0-9]+-[a-z0-9]+").isNotEqualTo(other);
  }

  @Test
  void keepsAnIdThatMayStandInALog() {
    client.send("GET /things HTTP/1.1\nHost: a\nX-Request-Id: mine-1\n\n");
    assertThat(client.read().header("X-Request-Id")).isEqualTo("mine-1");
    client.send("GET /things HTTP/1.1\nHost: a\nX-Request-Id: no spaces\n\n");
    assertThat(client.read().header("X-Request-Id")).isNotEqualTo("no spaces");
  }

  // ---- who may come in -----------------------------------------------------------------------

  @Test
  void asksForATokenBeforeItReadsTheBody() {
    client.send("POST /known HTTP/1.1\nHost: a\nContent-Length: 100\n\nabc");
    RawClient.Answer answer = client.read();
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
    assertThat(client.isClosed()).isTrue();
  }

  @Test
  void readsTheBodyOfASenderWhoIsKnownOnlyLater() {
    CompletableFuture<dev.posthorn.server.auth.Principal> later = new CompletableFuture<>();
    front.admission = later;
    client.send(post("/known", "abc"));
    later.complete(TestFront.KNOWN);
    assertThat(client.read().text()).isEqualTo("POST/known abc");
  }

  @Test
  void refusesASenderWhoIsUnknownOnlyLater() {
    CompletableFuture<dev.posthorn.server.auth.Principal> later = new CompletableFuture<>();
    front.admission = later;
    client.send(post("/known", "abc"));
    later.completeExceptionally(ApiError.unauthorized("unknown"));
    assertThat(client.read().status()).isEqualTo(401);
  }

  @Test
  void refusesBeforeTheBodyWhileThereIsNoRoom() {
    front.full.set(true);
    client.send("POST /direct HTTP/1.1\nHost: a\nAuthorization: Bearer x\nContent-Length: 100\n\n");
    RawClient.Answer answer = client.read();
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.header("Retry-After")).isEqualTo("1");
    assertThat(front.calls).hasValue(0);
  }

  @Test
  void refusesWhenTooManyRequestsWait() {
    front.busy.set(true);
    RawClient.Answer answer = get("/things");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.header("Retry-After")).isEqualTo("1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/defect", "/defect?error=1", "/direct-defect", "/direct-defect?later=1"})
  void answersADefectWithoutItsDetails(String target) {
    RawClient.Answer answer = get(target);
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.json().get("code").asString()).isEqualTo("server_error");
    assertThat(answer.text())
        .contains(String.valueOf(answer.header("X-Request-Id")))
        .doesNotContain("inner detail");
    assertThat(get("/things").status()).isEqualTo(200);
  }
}
