package dev.posthorn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.Attempt;
import dev.posthorn.Delivery;
import dev.posthorn.DeliveryListener;
import dev.posthorn.DeliveryState;
import dev.posthorn.Endpoint;
import dev.posthorn.EndpointUpdate;
import dev.posthorn.Health;
import dev.posthorn.NewEndpoint;
import dev.posthorn.NewMessage;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import dev.posthorn.RetrySchedule;
import dev.posthorn.signature.Keys;
import dev.posthorn.signature.Verifier;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestPosthornTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @AutoClose
  private final TestPosthorn test =
      TestPosthorn.open(options -> options.retrySchedule(RetrySchedule.of(HOUR, HOUR)));

  private final Posthorn posthorn = test.posthorn();
  private final TestReceiver receiver = test.receiver();
  private final Instant start = test.clock().instant();
  private final Endpoint endpoint =
      posthorn.endpoints().add(NewEndpoint.of(receiver.url("/hooks")));

  @BeforeEach
  void theEndpointIsKnown() {
    test.deliverDue();
  }

  private DeliveryState state(String message) {
    return posthorn.messages().deliveries(message).stream()
        .map(Delivery::state)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void retriesHappenWhenTheTimeIsSetAndNotBefore() {
    receiver.respondWith(503);
    String id = posthorn.send("a.b", "{}").id();
    test.deliverDue();
    test.advance(HOUR.minusMillis(1));
    test.deliverDue();
    assertThat(posthorn.messages().attempts(id)).hasSize(1);
    test.advance(Duration.ofMillis(1));
    test.deliverDue();
    receiver.respondWith(204);
    test.advance(HOUR);
    test.deliverDue();

    assertThat(posthorn.messages().attempts(id))
        .extracting(Attempt::time)
        .containsExactly(start, start.plus(HOUR), start.plus(HOUR).plus(HOUR));
    assertThat(state(id)).isEqualTo(DeliveryState.SUCCEEDED);
    assertThat(test.clock().instant()).isEqualTo(start.plus(HOUR).plus(HOUR));
  }

  @Test
  void aScheduleComesToItsEndStepByStep() {
    receiver.respondWith(500);
    String id = posthorn.send("a.b", "{}").id();
    test.deliverDue();
    for (int i = 0; i < 2; i++) {
      assertThat(state(id)).isEqualTo(DeliveryState.WAITING);
      test.advance(HOUR);
      test.deliverDue();
    }
    assertThat(state(id)).isEqualTo(DeliveryState.FAILED);
    assertThat(receiver.requests()).hasSize(3);
  }

  @Test
  void everythingDueIsDeliveredHoweverMuchThereIs() {
    for (int i = 1; i < 10; i++) {
      posthorn.endpoints().add(NewEndpoint.of(receiver.url("/hooks/" + i)));
    }
    for (int i = 0; i < 30; i++) {
      posthorn.send("a.b", "{}");
    }
    test.deliverDue();
    assertThat(receiver.requests()).hasSize(300);
  }

  @Test
  void laterMessagesWaitForTheirTimeAndLateOnesExpire() {
    posthorn.send(NewMessage.builder("a.b", "\"later\"").deliverIn(Duration.ofDays(30)).build());
    posthorn.endpoints().pause(endpoint.id());
    String late = posthorn.send(NewMessage.builder("a.b", "{}").expiresIn(HOUR).build()).id();
    test.advance(HOUR.plusSeconds(1));
    test.deliverDue();
    posthorn.endpoints().resume(endpoint.id());
    test.deliverDue();
    assertThat(receiver.requests()).isEmpty();
    assertThat(state(late)).isEqualTo(DeliveryState.FAILED);
    test.advance(Duration.ofDays(30));
    test.deliverDue();
    assertThat(receiver.lastRequest().text()).isEqualTo("\"later\"");
  }

  @Test
  void heldDeliveriesStayUntilTheyMayGo() {
    posthorn.endpoints().pause(endpoint.id());
    posthorn.send("a.b", "{}");
    test.deliverDue();
    assertThat(receiver.requests()).isEmpty();
    posthorn.endpoints().resume(endpoint.id());
    test.deliverDue();
    assertThat(receiver.requests()).hasSize(1);
  }

  @Test
  void aRateLimitGoesByTheTimeThatIsSet() {
    posthorn.endpoints().update(endpoint.id(), EndpointUpdate.builder().rateLimit(1).build());
    for (int i = 0; i < 3; i++) {
      posthorn.send("a.b", "{}");
    }
    for (int i = 1; i <= 3; i++) {
      test.deliverDue();
      assertThat(receiver.requests()).hasSize(i);
      test.advance(Duration.ofSeconds(1));
    }
  }

  @Test
  void anEndpointThatFailsForDaysIsDisabled() {
    receiver.respondWith(500);
    for (int day = 0; day <= 5; day++) {
      assertThat(posthorn.endpoints().get(endpoint.id()).state()).isEqualTo(Endpoint.State.ENABLED);
      posthorn.send("a.b", "{}");
      test.deliverDue();
      test.advance(Duration.ofDays(1));
    }
    assertThat(posthorn.endpoints().get(endpoint.id()).state())
        .isEqualTo(Endpoint.State.DISABLED_FAILING);
  }

  @Test
  void listenersHaveReturned() {
    List<Attempt> told = new CopyOnWriteArrayList<>();
    posthorn.addListener(
        new DeliveryListener() {
          @Override
          public void attempted(Attempt attempt) {
            told.add(attempt);
          }
        });
    for (int i = 0; i < 20; i++) {
      posthorn.send("a.b", "{}");
      test.deliverDue();
      assertThat(told).hasSize(i + 1);
    }
  }

  @Test
  void whatIsStillPendingIsNamed() {
    receiver.respondWith(Answer.status(200).after(Duration.ofMinutes(1)));
    String id = posthorn.send("a.b", "{}").id();
    receiver.awaitRequests(1);
    test.patience(Duration.ofMillis(100));
    assertThatThrownBy(test::deliverDue)
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("Not everything due at " + start + " was delivered within 100 ms")
        .hasMessageContaining(
            "POST " + endpoint.url() + " (" + id + ") without a complete response");
  }

  @Test
  void theSignaturesOfAllSortsOfSecretsAreVerified() {
    posthorn.endpoints().rotateSecret(endpoint.id(), Keys.generateSigningKey(), HOUR);
    posthorn
        .application("customer")
        .endpoints()
        .add(NewEndpoint.builder(receiver.url("/customer?a=b")).events("c.d").build());
    posthorn.send("a.b", "{}");
    posthorn.application("customer").send("c.d", "{}");
    test.advance(Duration.ofDays(400));
    test.deliverDue();
    posthorn.send("a.b", "{}");
    test.deliverDue();
    assertThat(receiver.requests())
        .extracting(ReceivedRequest::path)
        .containsExactlyInAnyOrder("/hooks", "/customer?a=b", "/hooks");
    ReceivedRequest last = receiver.lastRequest();
    Verifier.of(posthorn.endpoints().secret(endpoint.id()))
        .clock(test.clock())
        .verify(last::header, last.body());
  }

  @Test
  void requestsOfOthersAreRejectedWithTheReason() throws Exception {
    assertThat(post("/hooks").statusCode()).isEqualTo(401);
    assertThat(post("/hooks").body()).contains("missing: webhook-id");
    assertThat(post("/nowhere").body())
        .isEqualTo("no endpoint has the URL " + receiver.url("/nowhere"));
    assertThat(receiver.requests()).isEmpty();
    assertThatThrownBy(receiver::lastRequest)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("rejected: POST /hooks: missing: webhook-id");
    receiver.clear();
    assertThatThrownBy(receiver::lastRequest).hasMessage("No verified request has arrived");
  }

  private HttpResponse<String> post(String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create(receiver.url(path)))
              .POST(HttpRequest.BodyPublishers.ofString("{}"))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void requestsOfMessagesThatOtherThreadsSendAreAwaited() {
    Thread.ofVirtual().start(() -> posthorn.send("a.b", "{}"));
    assertThat(receiver.awaitRequests(1)).hasSize(1);
  }

  @Test
  void historyGoesWithItsRetention() {
    String id = posthorn.send("a.b", "{}").id();
    test.deliverDue();
    assertThat(posthorn.messages().list(null, 10).messages()).hasSize(1);
    List<Integer> left = new ArrayList<>();
    for (int i = 0; i < 100 && (left.isEmpty() || left.getLast() > 0); i++) {
      test.advance(Duration.ofDays(91));
      test.deliverDue();
      left.add(posthorn.messages().list(null, 10).messages().size());
    }
    assertThat(left).as(id).last().isEqualTo(0);
  }

  @Test
  void wrongUseIsToldWithTheRemedy() {
    assertThatThrownBy(() -> test.advance(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("advance: PT-1S is negative; the time only moves forward");
    assertThatThrownBy(() -> test.advance(Duration.ofDays(100_000)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 100 years");
    assertThatThrownBy(() -> test.patience(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> receiver.url("hooks"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not begin with /");
    assertThatThrownBy(() -> TestPosthorn.open(options -> options.clock(Instant::now)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("clock: ");
  }

  @Test
  void twoAreIndependentAndAClosedOneIsClosed() {
    Posthorn other;
    try (TestPosthorn second = TestPosthorn.open()) {
      other = second.posthorn();
      other.endpoints().add(NewEndpoint.of(second.receiver().url()));
      second.advance(HOUR);
      other.send("a.b", "{}");
      second.deliverDue();
      assertThat(second.receiver().requests()).hasSize(1);
    }
    assertThat(other.health().state()).isEqualTo(Health.State.CLOSED);
    assertThat(receiver.requests()).isEmpty();
    assertThat(test.clock().instant()).isEqualTo(start);
  }

  @Test
  void oneOnTheStoreOfAProgramKeepsItsOptionsAndItsFile(@TempDir Path folder) {
    Path file = folder.resolve("own.db");
    PosthornOptions options =
        PosthornOptions.builder(file)
            .allowNetworks("10.0.0.0/8")
            .retrySchedule(RetrySchedule.of(HOUR))
            .build();
    try (TestPosthorn own = TestPosthorn.open(options)) {
      own.posthorn().endpoints().add(NewEndpoint.of(own.receiver().url("/own")));
      own.receiver().respondWith(503);
      own.posthorn().send("a.b", "{}");
      own.deliverDue();
      own.advance(HOUR);
      own.deliverDue();
      assertThat(own.receiver().requests()).hasSize(2);
    }
    assertThat(file).exists();
    assertThatThrownBy(() -> TestPosthorn.open(options.toBuilder().clock(Instant::now).build()))
        .hasMessageStartingWith("clock: ");
  }
}
