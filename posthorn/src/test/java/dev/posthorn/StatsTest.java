package dev.posthorn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatsTest extends ApiTest {

  @Test
  void allThatHappenedCanBeReadAlsoAfterTheEnd() {
    PosthornStats after;
    Posthorn posthorn = Posthorn.open(options());
    try (Receiver receiver =
        Receiver.answering(request -> Answer.status(request.path().equals("/gone") ? 410 : 200))) {
      posthorn.endpoints().add(NewEndpoint.builder(receiver.url("/fine")).events("a.b").build());
      posthorn.endpoints().add(NewEndpoint.builder(receiver.url("/gone")).events("gone").build());
      posthorn.send(NewMessage.builder("a.b", "{}").eventId("e").build());
      posthorn.send(NewMessage.builder("a.b", "{}").eventId("e").build());
      posthorn.send("gone", "{}");
      posthorn.send("nobody", "{}");
      BadInputTest.assertRefused(
          Reason.CONFLICT,
          "eventId",
          () -> posthorn.send(NewMessage.builder("a.b", 1).eventId("e").build()));
      Await.until(
          "all have ended, and the endpoint that is gone is disabled",
          () ->
              posthorn.stats().deliveries().ended().size() == 2
                  && !posthorn.stats().endpoints().disabled().isEmpty());
      assertThat(posthorn.stats().storage().fileBytes()).isPositive();
      assertThat(posthorn.stats().deliveries().maxInFlight()).isBetween(1, 8_192);
      posthorn.close();
    } finally {
      posthorn.close();
      after = posthorn.stats();
    }

    assertThat(after.messages())
        .isEqualTo(new PosthornStats.Messages(3, 1, 1, Map.of(Reason.CONFLICT, 1L)));
    assertThat(after.deliveries().added()).isEqualTo(2);
    assertThat(after.deliveries().ended())
        .isEqualTo(Map.of(DeliveryState.SUCCEEDED, 1L, DeliveryState.FAILED, 1L));
    assertThat(after.deliveries().inFlight()).isZero();
    assertThat(after.attempts().results()).isEqualTo(Map.of("2xx", 1L, "4xx", 1L));
    assertThat(after.attempts().postponed()).isEmpty();
    assertThat(after.attempts().time().count()).isEqualTo(2);
    assertThat(after.attempts().time().mean()).isPositive();
    assertThat(after.attempts().time().p99()).isGreaterThanOrEqualTo(after.attempts().time().p50());
    assertThat(after.attempts().firstDelay().count()).isEqualTo(2);
    assertThat(after.endpoints().disabled()).isEqualTo(Map.of(Endpoint.State.DISABLED_GONE, 1L));
    assertThat(after.storage().commits()).isPositive();
    assertThat(after.failures()).isEqualTo(new PosthornStats.Failures(0, 0, false));
  }

  @Test
  void nothingHasHappenedAtFirst() {
    try (Posthorn posthorn = Posthorn.open(options())) {
      PosthornStats.Latency none = posthorn.stats().attempts().time();
      assertThat(none)
          .isEqualTo(new PosthornStats.Latency(0, Duration.ZERO, Duration.ZERO, Duration.ZERO));
      assertThat(none.mean()).isZero();
    }
  }
}
