package dev.posthorn.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.RawClient;
import dev.posthorn.server.auth.Principal;
import dev.posthorn.testkit.receiver.Await;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ConnectionsTest {
  private static final String GET = "GET /things HTTP/1.1\nHost: a\n\n";
  private static final String LARGE = "GET /large HTTP/1.1\nHost: a\n\n";
  private static final String KNOWN =
      "POST /known HTTP/1.1\nHost: a\nAuthorization: Bearer x\nContent-Length: ";

  private static HttpLimits limits(long writeMillis, int all, int share, long held) {
    return TestFront.LIMITS.toBuilder()
        .writeMillis(writeMillis)
        .connections(all)
        .connectionsPerAddress(share)
        .heldBytes(held)
        .build();
  }

  // ---- how many ------------------------------------------------------------------------------

  @Test
  void theConnectionThatIsIdleForLongestMakesRoomForANewOne() {
    try (TestFront front = new TestFront(limits(20_000, 2, 0, 1 << 20), 1);
        RawClient first = new RawClient(front.port());
        RawClient second = new RawClient(front.port())) {
      assertThat(second.send(GET).read().status()).isEqualTo(200);
      assertThat(first.send(GET).read().status()).isEqualTo(200); // second is older now
      try (RawClient third = new RawClient(front.port())) {
        assertThat(third.send(GET).read().status()).isEqualTo(200);
        assertThat(second.isClosed()).isTrue();
        assertThat(first.send(GET).read().status()).isEqualTo(200);
        assertThat(front.connections()).isEqualTo(2);
        assertThat(front.metrics().connectionsDropped()).isEqualTo(1);
      }
    }
  }

  @Test
  void aConnectionWithARequestKeepsItsPlace() {
    try (TestFront front = new TestFront(limits(20_000, 1, 0, 1 << 20), 1);
        RawClient first = new RawClient(front.port())) {
      CompletableFuture<Principal> admission = new CompletableFuture<>();
      front.admission = admission;
      first.send(KNOWN + "0\n\n");
      Await.until("it is asked for", () -> front.admissions.get() == 1);
      try (RawClient second = new RawClient(front.port())) {
        assertThat(second.isClosed()).isTrue();
      }
      admission.complete(TestFront.KNOWN);
      assertThat(first.read().status()).isEqualTo(200);
      assertThat(front.metrics().connectionsTurnedAway()).isEqualTo(1);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aConnectionThatMakesWayForAnotherClientGetsItsAnswerFirst() {
    try (TestFront front = new TestFront(limits(20_000, 1, 0, 1 << 20), 1);
        RawClient first = new RawClient(front.port())) {
      CompletableFuture<Principal> admission = new CompletableFuture<>();
      front.admission = admission;
      first.send(KNOWN + "0\n\n");
      Await.until("it is asked for", () -> front.admissions.get() == 1);
      try (RawClient other = RawClient.from("127.0.0.2", front.port())) {
        assertThat(other.send(GET).read().status()).isEqualTo(200);
        admission.complete(TestFront.KNOWN);
        RawClient.Answer last = first.read();
        assertThat(last.status()).isEqualTo(200);
        assertThat(last.header("Connection")).isEqualTo("close");
        assertThat(first.isClosed()).isTrue();
        assertThat(other.send(GET).read().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void oneAddressHasItsShare() {
    try (TestFront front = new TestFront(limits(20_000, 100, 2, 1 << 20), 1);
        RawClient first = new RawClient(front.port());
        RawClient second = new RawClient(front.port())) {
      assertThat(second.send(GET).read().status()).isEqualTo(200);
      try (RawClient third = new RawClient(front.port())) {
        assertThat(third.send(GET).read().status()).isEqualTo(200);
        assertThat(first.isClosed()).isTrue();
        assertThat(front.connections()).isEqualTo(2);
      }
    }
  }

  // ---- clients that do not read --------------------------------------------------------------

  @Test
  void pipelinedAnswersArriveWholeAndInOrderOnceTheyAreRead() {
    try (TestFront front = new TestFront();
        RawClient client = new RawClient(front.port(), 4_096)) {
      int requests = 60;
      client.send((LARGE + GET).repeat(requests / 2));
      Await.until("the first is answered", () -> front.heldBytes() >= TestFront.LARGE);
      for (int i = 0; i < requests; i += 2) {
        assertThat(client.read().body()).hasSize(TestFront.LARGE);
        assertThat(client.read().text()).isEqualTo("GET/things ");
      }
      Await.until("nothing is held any more", () -> front.heldBytes() == 0);
      assertThat(front.calls.get()).isEqualTo(requests);
    }
  }

  @Test
  void nothingIsPreparedForAClientThatDoesNotRead() {
    try (TestFront front = new TestFront();
        RawClient client = new RawClient(front.port(), 4_096)) {
      client.send(LARGE.repeat(100));
      Await.until("the first is answered", () -> front.heldBytes() >= TestFront.LARGE);
      try (RawClient other = new RawClient(front.port())) {
        for (int i = 0; i < 20; i++) {
          assertThat(other.send(GET).read().status()).isEqualTo(200);
        }
      }
      assertThat(front.heldBytes()).isLessThan(2 * TestFront.LARGE);
    }
  }

  @Test
  void aClientThatDoesNotReadIsClosed() {
    try (TestFront front = new TestFront(limits(100, 100, 0, 1 << 30), 1);
        RawClient client = new RawClient(front.port(), 4_096)) {
      client.send(LARGE.repeat(20)); // more than sockets hold
      Await.until("it is closed", () -> front.metrics().connectionsDropped() == 1);
      Await.until("nothing of it is left", () -> front.heldBytes() == 0);
      assertThat(front.connections()).isZero();
    }
  }

  @Test
  void aClientThatDoesNotReadIsNotKeptForLongerThanAnIdleOne() {
    HttpLimits limits =
        TestFront.LIMITS.toBuilder().idleMillis(100).writeMillis(60_000).heldBytes(1 << 30).build();
    try (TestFront front = new TestFront(limits, 1);
        RawClient client = new RawClient(front.port(), 4_096)) {
      client.send(LARGE.repeat(20)); // more than sockets hold
      Await.until("it is closed", () -> front.metrics().connectionsDropped() == 1);
      assertThat(front.connections()).isZero();
    }
  }

  @Test
  void clientsThatDoNotReadLockNobodyOut() {
    try (TestFront front = new TestFront(limits(20_000, 2, 0, 1 << 30), 1);
        RawClient first = new RawClient(front.port(), 4_096).send(LARGE.repeat(20));
        RawClient second = new RawClient(front.port(), 4_096).send(LARGE.repeat(20))) {
      Await.until("both are answered", () -> front.heldBytes() >= 2 * TestFront.LARGE);
      Await.until("a third one is answered", () -> isAnswered(front));
      assertThat(front.metrics().connectionsDropped()).isEqualTo(1);
      assertThat(readsLarge(first)).as("one of them made way").isNotEqualTo(readsLarge(second));
    }
  }

  private static boolean readsLarge(RawClient client) {
    try {
      return client.read().body().length == TestFront.LARGE;
    } catch (UncheckedIOException e) {
      return false; // closed
    }
  }

  private static boolean isAnswered(TestFront front) {
    try (RawClient client = new RawClient(front.port())) {
      return client.send(GET).read().status() == 200;
    } catch (UncheckedIOException e) {
      return false; // refused
    }
  }

  // ---- memory --------------------------------------------------------------------------------

  @Test
  void whoeverHasStoodStillForLongestMakesRoomForABody() {
    try (TestFront front = new TestFront(limits(20_000, 100, 0, 20_000), 1);
        RawClient first = new RawClient(front.port());
        RawClient second = new RawClient(front.port());
        RawClient third = new RawClient(front.port())) {
      String most = "x".repeat(9_000);
      first.send(KNOWN + "9001\n\n" + most);
      Await.until("it is there", () -> front.heldBytes() >= 9_000);
      second.send(KNOWN + "9001\n\n" + most);
      Await.until("it is there", () -> front.heldBytes() >= 18_000);
      assertThat(third.send(KNOWN + "9000\n\n" + most).read().status()).isEqualTo(200);
      assertThat(first.isClosed()).isTrue();
      assertThat(second.send("x").read().status()).isEqualTo(200);
      Await.until("nothing is held any more", () -> front.heldBytes() == 0);
    }
  }

  @Test
  void aBodyThatNoRoomCanBeMadeForIsRefused() {
    try (TestFront front = new TestFront(limits(20_000, 100, 0, 10_000), 1);
        RawClient first = new RawClient(front.port());
        RawClient second = new RawClient(front.port())) {
      front.held.set(true);
      String most = "x".repeat(9_000);
      first.send(KNOWN + "9000\n\n" + most);
      Await.until("it is worked on", () -> front.calls.get() == 1);
      RawClient.Answer refused = second.send(KNOWN + "9000\n\n" + most).read();
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.header("Retry-After")).isEqualTo("1");
      front.held.set(false);
      assertThat(first.read().status()).isEqualTo(200);
    }
  }

  @Test
  void aSmallBodyFindsRoomBesideLargeOnes() {
    try (TestFront front = new TestFront(limits(20_000, 100, 0, 10_000), 1);
        RawClient first = new RawClient(front.port());
        RawClient second = new RawClient(front.port())) {
      front.held.set(true);
      first.send(KNOWN + "10000\n\n" + "x".repeat(10_000));
      Await.until("it is worked on", () -> front.calls.get() == 1);
      second.send(KNOWN + "100\n\n" + "x".repeat(100));
      Await.until("it is worked on, too", () -> front.calls.get() == 2);
      front.held.set(false);
      assertThat(second.read().status()).isEqualTo(200);
    }
  }

  @Test
  void theBodyOfASenderWhoIsKnownIsNotKeptEitherIfItMeansNothing() {
    try (TestFront front = new TestFront(limits(20_000, 100, 0, 1_000), 1);
        RawClient client = new RawClient(front.port())) {
      client.send(post("/nothing", 9_000));
      assertThat(client.read().text()).isEqualTo("/nothing ");
    }
  }

  @Test
  void onlyMessagesAndDocumentsAreLarge() {
    int much = Operation.SETTINGS_BYTES + 1;
    try (TestFront front = new TestFront(large(2), 1)) {
      assertThat(answer(front, "/known", much - 1).status()).isEqualTo(200);
      RawClient.Answer refused = answer(front, "/known", much);
      assertThat(refused.status()).isEqualTo(413);
      assertThat(refused.text()).contains("larger than the limit of " + (much - 1) + " bytes");
      assertThat(answer(front, "/nothing", much).status()).isEqualTo(413);
      assertThat(answer(front, "/message", much).status()).isEqualTo(200);
      assertThat(answer(front, "/document", much).status()).isEqualTo(200);
      assertThat(answer(front, "/message", (1 << 20) + 1).status()).isEqualTo(413);
    }
  }

  @Test
  void fewLargeDocumentsAreReadAtTheSameTime() {
    int much = Operation.SETTINGS_BYTES + 1;
    try (TestFront front = new TestFront(large(1), 1);
        RawClient first = new RawClient(front.port())) {
      front.held.set(true);
      first.send(post("/document", much));
      Await.until("it is worked on", () -> front.calls.get() == 1);
      RawClient.Answer refused = answer(front, "/document", much);
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.header("Retry-After")).isEqualTo("1");
      front.held.set(false);
      assertThat(first.read().status()).isEqualTo(200);
      assertThat(answer(front, "/document", much).status()).isEqualTo(200);
    }
  }

  @Test
  void aLargeMessageIsNotReadOnTheEventLoop() {
    try (TestFront front = new TestFront(large(1), 1)) {
      front.busy.set(true); // so that all workers are busy
      assertThat(answer(front, "/direct", Operation.SMALL_BYTES).status()).isEqualTo(200);
      assertThat(answer(front, "/direct", Operation.SMALL_BYTES + 1).status()).isEqualTo(503);
      front.busy.set(false);
      assertThat(answer(front, "/direct", Operation.SMALL_BYTES + 1).status()).isEqualTo(200);
    }
  }

  @Test
  void aDefectInALargeMessageIsAnswered() {
    try (TestFront front = new TestFront(large(1), 1)) {
      assertThat(answer(front, "/message-defect", 100).status()).isEqualTo(500);
      assertThat(answer(front, "/message-defect", Operation.SMALL_BYTES + 1).status())
          .isEqualTo(500);
    }
  }

  private static HttpLimits large(int documents) {
    return TestFront.LIMITS.toBuilder().bodyBytes(1 << 20).documents(documents).build();
  }

  private static String post(String path, int length) {
    return "POST "
        + path
        + " HTTP/1.1\nHost: a\nAuthorization: Bearer x\nContent-Length: "
        + length
        + "\n\n"
        + "x".repeat(length);
  }

  private static RawClient.Answer answer(TestFront front, String path, int length) {
    try (RawClient client = new RawClient(front.port())) {
      return client.send(post(path, length)).read();
    }
  }

  @Test
  void aBodyThatMeansNothingIsNotKept() {
    try (TestFront front = new TestFront(limits(20_000, 100, 0, 1_000), 1);
        RawClient client = new RawClient(front.port())) {
      client.send("GET /large HTTP/1.1\nHost: a\nContent-Length: 9000\n\n" + "x".repeat(9_000));
      assertThat(client.read().body()).hasSize(TestFront.LARGE); // with the body there is no room
    }
  }
}
