package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Await;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class EndpointStatsApiTest {
  private static final String EXACT = ",\"approximated\":false}";

  @AutoClose private final Deliveries on = new Deliveries();

  private String stats(String endpoint) {
    return on.app + "/endpoint/" + endpoint + "/stats";
  }

  private int count(String endpoint, String what) {
    return on.api.get(stats(endpoint)).expect(200).at("/" + what).asInt();
  }

  @Test
  void countsWhatBecameOfDeliveries() {
    on.endpoint("ok", "/ok");
    on.endpoint("fail", "/fail");
    on.endpoint("held", "/ok");
    on.api.post(on.app + "/endpoint/held/pause", null).expect(200);
    on.send("a");
    on.send("a");
    Await.until("both succeed", () -> count("ok", "success") == 2);
    Await.until("both fail", () -> count("fail", "fail") == 2);
    assertThat(count("ok", "fail")).isZero();
    assertThat(count("ok", "pending")).isZero();
    assertThat(count("held", "pending")).isEqualTo(2);
    assertThat(count("held", "sending")).isZero();
    on.api.post(on.app + "/endpoint/held/cancel-all", null).expect(202);
    Await.until("both are cancelled", () -> count("held", "canceled") == 2);
    assertThat(count("held", "pending")).isZero();
  }

  @Test
  void countsWhatIsUnderWayAsSending() {
    on.endpoint("hang", "/hang");
    on.send("a");
    Await.until("it is sent", () -> count("hang", "sending") == 1);
    assertThat(count("hang", "pending")).isZero();
  }

  @Test
  void countsWhatWaitsForAnotherAttemptAsSending() {
    on.endpoint("retried", "/fail", "\"retrySchedule\":[3600]");
    on.send("a");
    on.send("a");
    Await.until("both are tried", () -> count("retried", "sending") == 2);
    assertThat(count("retried", "pending")).isZero();
    on.api.post(on.app + "/endpoint/retried/pause", null).expect(200);
    on.send("a");
    assertThat(count("retried", "sending")).isEqualTo(2);
    assertThat(count("retried", "pending")).isEqualTo(1);
  }

  @Test
  void countsExactlyTheTimeAskedFor() {
    on.endpoint("ok", "/ok");
    List<Instant> times = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      on.awaitStatus(on.send("a"), 0);
      Await.until("the clock goes on", () -> System.currentTimeMillis() > newest().toEpochMilli());
      times.add(newest());
    }
    assertThat(success("?since=" + times.get(0))).isEqualTo(3);
    assertThat(success("?since=" + times.get(1))).isEqualTo(2);
    assertThat(success("?since=" + times.get(1).plusMillis(1))).isEqualTo(1);
    assertThat(success("?until=" + times.get(2))).isEqualTo(2);
    assertThat(success("?since=" + times.get(1) + "&until=" + times.get(2))).isEqualTo(1);
    Reply all = on.api.get(stats("ok")).expect(200);
    assertThat(all.at("/success").asInt()).isEqualTo(3);
    assertThat(all.at("/approximated").asBoolean()).isFalse();
  }

  private Instant newest() {
    String attempts = on.app + "/attempt/endpoint/ok";
    return Instant.parse(on.api.get(attempts).at("/data/0/timestamp").asString());
  }

  private int success(String span) {
    return on.api.get(stats("ok") + span).expect(200).at("/success").asInt();
  }

  @Test
  void countsByTheHour() {
    on.endpoint("fail", "/fail");
    Instant hour = Instant.now().truncatedTo(ChronoUnit.HOURS);
    on.send("a");
    Await.until("it fails", () -> count("fail", "fail") == 1);
    JsonNode hours = on.api.get(stats("fail") + "/hourly").expect(200).at("/data");
    assertThat(hours.valueStream().mapToInt(one -> one.get("fail").asInt()).sum()).isEqualTo(1);
    assertThat(hours.valueStream().mapToInt(one -> one.get("attempts").asInt()).sum()).isEqualTo(3);
    assertThat(hours.valueStream().mapToInt(one -> one.get("failedAttempts").asInt()).sum())
        .isEqualTo(3);
    assertThat(Instant.parse(hours.get(0).get("start").asString())).isAfterOrEqualTo(hour);
  }

  @Test
  void countsAttempts() {
    on.endpoint("fail", "/fail");
    on.endpoint("ok", "/ok");
    on.endpoint("held", "/ok");
    on.api.post(on.app + "/endpoint/held/pause", null).expect(200);
    on.send("a");
    Await.until("it fails", () -> count("fail", "fail") == 1);
    Await.until("it succeeds", () -> count("ok", "success") == 1);
    on.api.post(on.app + "/endpoint/held/cancel-all", null).expect(202);
    Await.until("it is cancelled", () -> count("held", "canceled") == 1);
    assertThat(attempts("fail", "")).isEqualTo("{\"success\":0,\"fail\":3,\"canceled\":0" + EXACT);
    assertThat(attempts("ok", "")).isEqualTo("{\"success\":1,\"fail\":0,\"canceled\":0" + EXACT);
    assertThat(attempts("held", "")).isEqualTo("{\"success\":0,\"fail\":0,\"canceled\":1" + EXACT);
    String ofFail = on.app + "/attempt/endpoint/fail";
    Instant last = Instant.parse(on.api.get(ofFail).at("/data/0/timestamp").asString());
    long before = on.api.get(ofFail + "?before=" + last).at("/data").size();
    assertThat(attempts("fail", "?until=" + last))
        .isEqualTo("{\"success\":0,\"fail\":" + before + ",\"canceled\":0" + EXACT);
    assertThat(attempts("fail", "?since=" + last.plusMillis(1)))
        .isEqualTo("{\"success\":0,\"fail\":0,\"canceled\":0" + EXACT);
  }

  private String attempts(String endpoint, String query) {
    return on.api
        .get(on.app + "/endpoint/" + endpoint + "/attempt-stats" + query)
        .expect(200)
        .text();
  }

  @Test
  void looksAtTheHoursAskedFor() {
    on.endpoint("ok", "/ok");
    on.send("a");
    Await.until("it succeeds", () -> count("ok", "success") == 1);
    String old = "?since=2020-01-01T00:00:00Z&until=2020-02-01T00:00:00Z";
    assertThat(on.api.get(stats("ok") + old).expect(200).at("/success").asInt()).isZero();
    assertThat(on.api.get(stats("ok") + "/hourly" + old).expect(200).at("/data").size()).isZero();
    String recent = "?since=" + Instant.now().minusSeconds(3600);
    assertThat(on.api.get(stats("ok") + recent).expect(200).at("/success").asInt()).isEqualTo(1);
    for (String path : List.of(stats("ok"), stats("ok") + "/hourly")) {
      on.api.get(path + "?since=2021-01-01T00:00:00Z&until=2020-01-01T00:00:00Z").expect(422);
      on.api.get(path + "?since=2001-01-01T00:00:00Z").expect(422);
      on.api.get(path + "?until=soon").expect(422);
    }
  }

  @Test
  void saysWhetherTheRateLimitHoldsDeliveriesBack() {
    on.endpoint("slow", "/ok", "\"throttleRate\":1");
    String path = on.app + "/endpoint/slow/rate-limit-status";
    assertThat(on.api.get(path).expect(200).at("/status").asString()).isEqualTo("Ok");
    for (int i = 0; i < 3; i++) {
      on.send("a");
    }
    Await.until(
        "it is limited", () -> on.api.get(path).at("/status").asString().equals("RateLimited"));
    on.receiver.awaitRequests(3);
    Await.until("it is not", () -> on.api.get(path).at("/status").asString().equals("Ok"));
  }

  @Test
  void hidesWhatIsSomebodyElses() {
    String ok = on.endpoint("ok", "/ok");
    String app2 = on.api.post("/api/v1/app", "{\"name\":\"Other\"}").expect(201).id();
    for (String what : List.of("/stats", "/stats/hourly", "/attempt-stats", "/rate-limit-status")) {
      String path = "/endpoint/" + ok + what;
      on.api.get("/api/v1/app/" + app2 + path).expect(404);
      on.server.environment("org_other").get(on.app + path).expect(404);
      on.server.application(app2).get(on.app + path).expect(404);
      on.server.application(on.appId).get(on.app + path).expect(200);
      on.api.get(on.app + "/endpoint/none" + what).expect(404);
    }
  }
}
