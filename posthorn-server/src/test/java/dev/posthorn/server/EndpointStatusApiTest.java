package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Await;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The state of deliveries to an endpoint: what holds them back, and until when. */
class EndpointStatusApiTest {
  @AutoClose private final Deliveries on = new Deliveries();

  private Reply status(String endpoint) {
    return on.api.get(on.app + "/endpoint/" + endpoint + "/delivery-status").expect(200);
  }

  private static Instant time(Reply status, String name) {
    return Instant.parse(status.at("/" + name).asString());
  }

  @Test
  void nothingHoldsANewEndpointBack() {
    on.endpoint("ok", "/ok", "\"concurrency\":3", "\"timeoutSeconds\":7");
    JsonNode status = status("ok").json();
    assertThat(status.get("circuitBreaker").asString()).isEqualTo("closed");
    for (String time :
        new String[] {"failingSince", "disabledFrom", "retryAfterUntil", "rateLimitedUntil"}) {
      assertThat(status.get(time).isNull()).as(time).isTrue();
    }
    assertThat(status.get("window").asInt(0)).isPositive();
    assertThat(status.get("concurrency").asInt(0)).isEqualTo(3);
    assertThat(status.get("timeoutSeconds").asDouble(0)).isEqualTo(7);
    assertThat(status.get("retrySchedule").toString()).isEqualTo("[0.01,0.02]");
    assertThat(status.get("deliversHere").asBoolean()).isTrue();
  }

  @Test
  void anOpenCircuitBreakerIsToldEvenAfterARestart() {
    on.endpoint("fail", "/fail", "\"retrySchedule\":[" + "0,".repeat(20) + "3600]");
    on.send("a");
    Reply[] last = {status("fail")};
    Await.until(
        "the breaker opens",
        () -> {
          last[0] = status("fail");
          return last[0].at("/circuitBreaker").asString().equals("open");
        });
    Reply open = last[0];
    assertThat(time(open, "circuitOpenUntil")).isAfter(Instant.now().minusSeconds(1));
    assertThat(open.at("/slow").asBoolean()).isTrue();
    assertThat(open.at("/waiting").asInt(0)).isEqualTo(1);
    Instant since = time(open, "failingSince");
    assertThat(time(open, "disabledFrom")).isEqualTo(since.plus(Duration.ofDays(5)));
    on.server.restart();
    assertThat(time(status("fail"), "failingSince")).isEqualTo(since);
    assertThat(status("fail").at("/circuitBreaker").asString()).isNotEqualTo("closed");
  }

  @Test
  void thePauseThatAReceiverAskedForIsTold() {
    on.endpoint("busy", "/busy");
    on.send("a");
    Await.until("it asks", () -> !status("busy").at("/retryAfterUntil").isNull());
    assertThat(time(status("busy"), "retryAfterUntil")).isAfter(Instant.now().plusSeconds(5));
    assertThat(status("busy").at("/failingSince").isNull()).isTrue();
  }

  @Test
  void aRateLimitIsToldWhileDeliveriesWaitForIt() {
    on.endpoint("limited", "/ok", "\"throttleRate\":1");
    for (int i = 0; i < 3; i++) {
      on.send("a");
    }
    Await.until("it limits", () -> status("limited").at("/rateLimited").asBoolean());
    Await.until("all are delivered", () -> status("limited").at("/waiting").asInt(-1) == 0);
    assertThat(status("limited").at("/rateLimited").asBoolean()).isFalse();
  }

  @Test
  void theFirstOfWhatWaitsIsTold() {
    on.endpoint("later", "/ok");
    Instant due = Instant.now().plus(Duration.ofHours(1)).truncatedTo(ChronoUnit.SECONDS);
    on.send("a", "\"deliverAt\":\"" + due + "\"");
    Await.until("it waits", () -> !status("later").at("/nextDue").isNull());
    // The engine's clock never goes back, so it may be a little ahead.
    assertThat(time(status("later"), "nextDue")).isBetween(due, due.plusSeconds(10));
  }

  @Test
  void aCustomerMayReadIt() {
    on.endpoint("ok", "/ok");
    on.server.application(on.appId).get(on.app + "/endpoint/ok/delivery-status").expect(200);
  }
}
