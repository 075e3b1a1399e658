package dev.posthorn;

import static dev.posthorn.BadInputTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Receiver;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class NewMessageTest extends ApiTest {
  @Test
  void aMessageCanBeSentWithoutWaiting() throws Exception {
    try (Receiver receiver = Receiver.start();
        Posthorn posthorn = Posthorn.open(options())) {
      posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
      Receipt receipt = posthorn.sendAsync("a.b", Map.of("n", 1)).get(10, TimeUnit.SECONDS);
      awaitState(posthorn, receipt, DeliveryState.SUCCEEDED);
      assertThat(posthorn.sendAsync("a.b", "{")).isCompletedExceptionally();
    }
  }

  @Test
  void bytesAreSentAsTheyAreUnderTheirMediaType() {
    try (Receiver receiver = Receiver.start();
        Posthorn posthorn = Posthorn.open(options())) {
      posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
      byte[] json = "{ \"a\" : 1 }".getBytes(StandardCharsets.UTF_8);
      byte[] other = {0, 1, 2, -1};
      posthorn.send("a.b", json);
      receiver.awaitRequests(1);
      posthorn.send(NewMessage.of("a.b", other, "application/octet-stream"));
      receiver.awaitRequests(2);
      assertThat(receiver.requests().get(0).body()).isEqualTo(json);
      assertThat(receiver.requests().get(0).header("content-type")).isEqualTo("application/json");
      assertThat(receiver.requests().get(1).body()).isEqualTo(other);
      assertThat(receiver.requests().get(1).header("content-type"))
          .isEqualTo("application/octet-stream");
    }
  }

  @Test
  void anEventThatIsSentAgainHasTheTimesThatItHad() {
    try (Posthorn posthorn = Posthorn.open(options())) {
      Duration hour = Duration.ofHours(1);
      Instant tomorrow = Instant.now().plus(Duration.ofDays(1));
      assertThat(posthorn.send(event("in").toBuilder().deliverIn(hour).build()).duplicate())
          .isFalse();
      assertThat(posthorn.send(event("in").toBuilder().deliverIn(hour).build()).duplicate())
          .isTrue();
      assertRefused(
          Reason.CONFLICT,
          "eventId",
          () -> posthorn.send(event("in").toBuilder().deliverIn(hour.plus(hour)).build()));
      assertRefused(Reason.CONFLICT, "eventId", () -> posthorn.send(event("in")));
      assertThat(posthorn.send(event("at").toBuilder().deliverAt(tomorrow).build()).duplicate())
          .isFalse();
      assertThat(posthorn.send(event("at").toBuilder().deliverAt(tomorrow).build()).duplicate())
          .isTrue();
      assertRefused(
          Reason.CONFLICT,
          "eventId",
          () -> posthorn.send(event("at").toBuilder().expiresAt(tomorrow).build()));
    }
  }

  private static NewMessage event(String id) {
    return NewMessage.builder("a.b", "{}").eventId(id).build();
  }

  @Test
  void objectsAreWrittenByTheMapperOfTheApplicationAndTextsAreNot() {
    try (Receiver receiver = Receiver.start();
        Posthorn posthorn =
            Posthorn.open(
                options().toBuilder()
                    .json(payload -> "{\"mapped\":\"" + payload + "\"}")
                    .build())) {
      Endpoint endpoint = posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
      NewMessage message = NewMessage.of("a.b", List.of(1));
      posthorn.send(message);
      receiver.awaitRequests(1);
      posthorn.application("other").endpoints().add(NewEndpoint.of(receiver.url("/")));
      posthorn.application("other").send(message);
      receiver.awaitRequests(2);
      posthorn.endpoints().test(endpoint.id(), message);
      posthorn.send("a.b", "{}");
      receiver.awaitRequests(4);
      assertThat(receiver.requests())
          .extracting(request -> new String(request.body(), StandardCharsets.UTF_8))
          .containsExactly(
              "{\"mapped\":\"[1]\"}", "{\"mapped\":\"[1]\"}", "{\"mapped\":\"[1]\"}", "{}");
    }
  }

  @Test
  void whatAMessageSaysCanBeReadBack() {
    Instant time = Instant.parse("2030-01-01T00:00:00Z");
    NewMessage message =
        NewMessage.builder("a.b", Map.of("card", "4111"))
            .channels("c")
            .eventId("e")
            .deliverAt(time)
            .expiresIn(Duration.ofDays(1))
            .build();
    assertThat(message.type()).isEqualTo("a.b");
    assertThat(message.payload()).isEqualTo(Map.of("card", "4111"));
    assertThat(message.contentType()).isEqualTo("application/json");
    assertThat(message.channels()).containsExactly("c");
    assertThat(message.eventId()).isEqualTo("e");
    assertThat(message.deliverAt()).isEqualTo(time);
    assertThat(message.deliverIn()).isNull();
    assertThat(message.expiresAt()).isNull();
    assertThat(message.expiresIn()).isEqualTo(Duration.ofDays(1));
    assertThat(message.toString())
        .startsWith("NewMessage[type=a.b, ")
        .contains("channels=[c]", "eventId=e", "deliverAt=2030-01-01T00:00:00Z")
        .doesNotContain("4111", "null");
    assertThat(NewMessage.of("a.b", "{\"card\":4111}").toString())
        .contains("payload=13 bytes")
        .doesNotContain("4111");
  }

  @Test
  void messagesThatSayTheSameAreEqual() {
    Function<String, NewMessage> bytes =
        text -> NewMessage.of("a.b", text.getBytes(StandardCharsets.UTF_8), "text/plain");
    assertThat(bytes.apply("x")).isEqualTo(bytes.apply("x")).hasSameHashCodeAs(bytes.apply("x"));
    assertThat(bytes.apply("x")).isNotEqualTo(bytes.apply("y"));
    assertThat(NewMessage.builder("a.b", Map.of("n", 1)).eventId("e").build())
        .isEqualTo(NewMessage.builder("a.b", Map.of("n", 1)).eventId("e").build())
        .isNotEqualTo(NewMessage.of("a.b", Map.of("n", 1)))
        .isNotEqualTo(NewMessage.builder("a.b", Map.of("n", 2)).eventId("e").build())
        .isNotEqualTo(NewMessage.builder("a.c", Map.of("n", 1)).eventId("e").build());
  }

  @Test
  void aMessageThatExpiresBeforeItCanBeDeliveredFails() {
    try (Receiver receiver = Receiver.answering(request -> Answer.status(500));
        Posthorn posthorn =
            Posthorn.open(
                options().toBuilder()
                    .retrySchedule(RetrySchedule.of(Duration.ofSeconds(30)))
                    .build())) {
      posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
      Receipt receipt =
          posthorn.send(
              NewMessage.builder("a.b", "{}").expiresAt(Instant.now().plusSeconds(5)).build());
      awaitState(posthorn, receipt, DeliveryState.FAILED);
      assertThat(receiver.count()).isEqualTo(1);
    }
  }

  @Test
  void whatExpiresWhileItsEndpointIsPausedHasFailedWithoutAnAttempt() {
    try (Receiver receiver = Receiver.start();
        Posthorn posthorn = Posthorn.open(options())) {
      Endpoint endpoint = posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
      posthorn.endpoints().pause(endpoint.id());
      Receipt receipt =
          posthorn.send(NewMessage.builder("a.b", "{}").expiresIn(Duration.ofMillis(50)).build());
      awaitState(posthorn, receipt, DeliveryState.FAILED);
      assertThat(posthorn.messages().attempts(receipt.id()))
          .extracting(Attempt::error)
          .containsExactly("deadline");
      assertThat(receiver.count()).isZero();
    }
  }

  @Test
  void aMessageWaitsForItsTime() {
    try (Receiver receiver = Receiver.start();
        Posthorn posthorn = Posthorn.open(options())) {
      posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
      Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
      Receipt soon =
          posthorn.send(NewMessage.builder("a.b", "1").deliverIn(Duration.ofMillis(200)).build());
      Receipt later =
          posthorn.send(NewMessage.builder("a.b", "2").deliverIn(Duration.ofHours(1)).build());
      Instant after = Instant.now();

      awaitState(posthorn, soon, DeliveryState.SUCCEEDED);
      assertThat(posthorn.messages().attempts(soon.id()).get(0).time())
          .isAfterOrEqualTo(before.plusMillis(200));
      Delivery waiting = posthorn.messages().deliveries(later.id()).get(0);
      assertThat(waiting.state()).isEqualTo(DeliveryState.WAITING);
      assertThat(waiting.next())
          .isBetween(before.plus(Duration.ofHours(1)), after.plus(Duration.ofHours(1)));
      assertThat(receiver.count()).isEqualTo(1);
    }
  }

  @Test
  void theLastWordOnATimeCounts() {
    try (Posthorn posthorn = Posthorn.open(options())) {
      posthorn.endpoints().add(NewEndpoint.of("https://example.com/"));
      Instant tomorrow = Instant.now().plus(Duration.ofDays(1)).truncatedTo(ChronoUnit.MILLIS);
      NewMessage message =
          NewMessage.builder("a.b", "{}").deliverIn(Duration.ofDays(3)).deliverAt(tomorrow).build();
      Receipt receipt = posthorn.send(message);
      // Due times go by a clock that may be some milliseconds ahead of wall time.
      assertThat(posthorn.messages().deliveries(receipt.id()).get(0).next())
          .isCloseTo(tomorrow, within(1, ChronoUnit.SECONDS));
      assertRefused(
          Reason.INVALID,
          "expiresIn",
          () -> posthorn.send(message.toBuilder().expiresIn(Duration.ofHours(1)).build()));
    }
  }
}
