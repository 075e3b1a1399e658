package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.base.SendResult;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.testkit.receiver.Await;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Statistics of environments and applications. */
class StatisticsApiTest {
  private static final String TASKS = "/api/v1/background-task/";
  private static final String USAGE = "/api/v1/stats/usage/";

  @AutoClose private final Deliveries on = new Deliveries();
  private final Instant start = Instant.now().truncatedTo(ChronoUnit.HOURS);
  private final String overTime = "/api/v1/stats/app/" + on.appId + "/attempt";

  private static int sum(JsonNode counts) {
    return counts.valueStream().mapToInt(JsonNode::asInt).sum();
  }

  private String span() {
    return "since=" + start.minusSeconds(3600) + "&until=" + start.plusSeconds(7200);
  }

  private String body(String more) {
    return "{\"since\":\""
        + start.minusSeconds(3600)
        + "\",\"until\":\""
        + start.plusSeconds(7200)
        + "\""
        + more
        + "}";
  }

  /** Makes deliveries of which one succeeds, one fails three times and one is canceled. */
  private void deliver(String type) {
    on.endpoint("ok", "/ok");
    on.endpoint("fail", "/fail");
    on.endpoint("held", "/ok");
    on.api.post(on.app + "/endpoint/held/pause", null).expect(200);
    String message = on.send(type);
    on.api.post(on.app + "/msg/" + message + "/endpoint/held/cancel", null).expect(202);
    on.awaitLive(message, 0);
    Await.until(
        "all is counted",
        () -> {
          JsonNode data = on.api.get(overTime).expect(200).at("/data");
          return sum(data.get("successCount")) == 1
              && sum(data.get("failureCount")) == 3
              && sum(data.get("canceledCount")) == 1;
        });
  }

  // ---- attempts over time --------------------------------------------------------------------

  @Test
  void attemptsAreCountedByTheDayAndByTheHour() {
    deliver("a");
    Reply days = on.api.get(overTime).expect(200);
    assertThat(days.at("/period").asString()).isEqualTo("OneDay");
    assertThat(days.at("/data/successCount").size()).isIn(28, 29);
    assertThat(Instant.parse(days.at("/startDate").asString()).truncatedTo(ChronoUnit.DAYS))
        .isEqualTo(Instant.parse(days.at("/startDate").asString()));
    String hours =
        overTime
            + "?period=OneHour&startDate="
            + start.minusSeconds(1800)
            + "&endDate="
            + start.plusSeconds(2 * 3600 + 1);
    Reply byHour = on.api.get(hours).expect(200);
    assertThat(byHour.at("/data/failureCount").size()).isEqualTo(4);
    assertThat(byHour.at("/data/failureCount/0").asInt()).as("the hour before").isZero();
    assertThat(sum(byHour.at("/data/failureCount"))).isEqualTo(3);
    assertThat(byHour.at("/startDate").asString()).isEqualTo(start.minusSeconds(3600).toString());
    assertThat(byHour.at("/endDate").asString()).isEqualTo(start.plusSeconds(3 * 3600).toString());
    String old = "?startDate=2020-01-01T00:00:00Z&endDate=2020-01-03T00:00:00Z";
    assertThat(on.api.get(overTime + old).expect(200).at("/data/successCount").toString())
        .isEqualTo("[0,0]");
  }

  @Test
  void whatIsNotCountedOverTimeIsRefused() {
    on.api.get(overTime + "?period=FiveMinutes").expect(422);
    on.api.get(overTime + "?event_types=a").expect(422);
    on.api.get(overTime + "?startDate=2001-01-01T00:00:00Z").expect(422);
    on.api
        .get(overTime + "?startDate=2021-01-01T00:00:00Z&endDate=2020-01-01T00:00:00Z")
        .expect(422);
  }

  // ---- attempts by type ----------------------------------------------------------------------

  private String byType(String more) {
    return on.app + "/stats/attempts?" + span() + more;
  }

  @Test
  void attemptsAreCountedByEventType() {
    deliver("a");
    String second = on.send("b");
    on.api.post(on.app + "/msg/" + second + "/endpoint/held/cancel", null).expect(202);
    on.awaitLive(second, 0);
    Reply all = on.api.get(byType("")).expect(200);
    String each = "{\"success\":1,\"failure\":3,\"canceled\":1}";
    assertThat(all.at("/by_event_type").toString())
        .isEqualTo("{\"a\":" + each + ",\"b\":" + each + "}");
    assertThat(all.at("/total_success").asInt()).isEqualTo(2);
    assertThat(all.at("/total_failure").asInt()).isEqualTo(6);
    assertThat(all.at("/total_canceled").asInt()).isEqualTo(2);
    Reply one = on.api.get(byType("&event_types=b,c")).expect(200);
    assertThat(one.at("/by_event_type").toString()).isEqualTo("{\"b\":" + each + "}");
    assertThat(one.at("/total_failure").asInt()).isEqualTo(3);
    String old = on.app + "/stats/attempts?since=2020-01-01T00:00:00Z&until=2020-01-02T00:00:00Z";
    assertThat(on.api.get(old).expect(200).at("/total_failure").asInt()).isZero();
    assertThat(on.api.get(on.app + "/stats/attempts").expect(422).at("/detail/0/loc").toString())
        .isEqualTo("[\"query\",\"since\"]");
  }

  @Test
  void aManualTestIsNoAttemptThatCounts() {
    on.endpoint("ok", "/ok");
    on.api.post(on.app + "/endpoint/ok/send-example", "{\"eventType\":\"a\"}").expect(200);
    String attempts = on.app + "/attempt/endpoint/ok";
    Await.until("it is there", () -> on.api.get(attempts).at("/data").size() == 1);
    Reply stats = on.api.get(byType("")).expect(200);
    assertThat(stats.at("/by_event_type").isEmpty()).isTrue();
    assertThat(stats.at("/total_success").asInt()).isZero();
  }

  // ---- what there is -------------------------------------------------------------------------

  @Test
  void endpointsAndApplicationsThatHaveThemAreCounted() {
    String active = "/api/v1/app/stats/count-active";
    String count = "/api/v1/stats/endpoint/count";
    assertThat(on.api.get(active).expect(200).at("/count").asInt()).isZero();
    on.endpoint("off", "/ok", "\"disabled\":true");
    assertThat(on.api.get(active).at("/count").asInt()).isZero();
    assertThat(on.api.get(active + "?exclude_disabled=false").at("/count").asInt()).isEqualTo(1);
    on.api.post(on.app + "/endpoint", "{\"url\":\"https://play.svix.com/in/e_1/\"}").expect(201);
    assertThat(on.api.get(active).at("/count").asInt()).isZero();
    assertThat(on.api.get(active + "?exclude_svix_play=false").at("/count").asInt()).isEqualTo(1);
    on.endpoint("ok", "/ok");
    on.endpoint("held", "/ok");
    on.api.post(on.app + "/endpoint/held/pause", null).expect(200);
    assertThat(on.api.get(active).at("/count").asInt()).isEqualTo(1);
    Reply counts = on.api.get(count).expect(200);
    assertThat(counts.at("/active").asInt()).as("also the paused one").isEqualTo(2);
    assertThat(counts.at("/disabled").asInt()).isEqualTo(1);
    assertThat(on.api.get(count + "?exclude_svix_play=false").at("/active").asInt()).isEqualTo(3);
    assertThat(on.server.environment("org_other").get(count).at("/active").asInt()).isZero();
  }

  // ---- usage ---------------------------------------------------------------------------------

  @Test
  void usageIsCountedForEachApplicationAndTheResultIsATask() {
    deliver("a");
    String other = on.api.post("/api/v1/app", "{\"name\":\"B\",\"uid\":\"b\"}").expect(201).id();
    Reply begun = on.api.post(USAGE + "app", body("")).expect(202);
    assertThat(begun.at("/task").asString()).isEqualTo("application.stats");
    assertThat(begun.at("/unresolvedAppIds").isEmpty()).isTrue();
    Reply task = on.api.get(TASKS + begun.id()).expect(200);
    assertThat(task.at("/status").asString()).isEqualTo("finished");
    assertThat(task.at("/data").toString())
        .isEqualTo(
            "{\"appStats\":[{\"appId\":\""
                + on.appId
                + "\",\"appUid\":null,\"messageDestinations\":4},{\"appId\":\""
                + other
                + "\",\"appUid\":\"b\",\"messageDestinations\":0}]}");
    Reply some = on.api.post(USAGE + "app", body(",\"appIds\":[\"b\",\"none\"]")).expect(202);
    assertThat(some.at("/unresolvedAppIds").toString()).isEqualTo("[\"none\"]");
    assertThat(on.api.get(TASKS + some.id()).at("/data/appStats").size()).isEqualTo(1);
    Reply none = on.api.post(USAGE + "app", body(",\"appIds\":[\"none\"]")).expect(422);
    assertThat(none.at("/detail/0/loc").toString()).isEqualTo("[\"body\",\"appIds\"]");
    on.api.post(USAGE + "app", "{}").expect(422);
    on.server.environment("org_other").get(TASKS + begun.id()).expect(404);
    on.server.application(on.appId).get(TASKS + begun.id()).expect(404);
  }

  @Test
  void wantedEventTypesAreListedForEachApplication() {
    on.endpoint("some", "/ok", "\"eventTypes\":[\"b\",\"a.*\"]");
    String all = on.api.post("/api/v1/app", "{\"name\":\"B\"}").expect(201).id();
    on.api
        .post("/api/v1/app/" + all + "/endpoint", "{\"url\":\"https://example.com/\"}")
        .expect(201);
    String id = on.api.put(USAGE + "event-types", "{}").expect(202).id();
    Reply task = on.api.get(TASKS + id).expect(200);
    assertThat(task.at("/task").asString()).isEqualTo("event-type.aggregate");
    assertThat(task.at("/data/event_types").toString())
        .isEqualTo(
            "[{\"appId\":\""
                + on.appId
                + "\",\"explicitlySubscribedEventTypes\":[\"a.*\",\"b\"],"
                + "\"hasCatchAllEndpoint\":false},{\"appId\":\""
                + all
                + "\",\"explicitlySubscribedEventTypes\":[],\"hasCatchAllEndpoint\":true}]");
  }

  private static String wantsMuch(String prefix) {
    String filler = "x".repeat(238);
    return IntStream.range(0, 66)
        .mapToObj(i -> "\"" + prefix + "." + i + "." + filler + ".*\"")
        .collect(Collectors.joining(",", "\"eventTypes\":[", "]"));
  }

  @Test
  void moreEventTypesThanAResultMayHaveAreAConflict() {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 132; i++) {
        String number = "e" + i;
        var unused = threads.submit(() -> on.endpoint(number, "/ok", wantsMuch(number)));
      }
    }
    assertThat(on.api.put(USAGE + "event-types", "{}").expect(409).text())
        .contains("event types: those that the environment's applications subscribe to");
  }

  @Test
  void resultsAreKeptOnceUnderAKeyAndOverARestartAndAreNotInLists() {
    String id = on.api.post(USAGE + "app", body(""), "Idempotency-Key", "k").expect(202).id();
    assertThat(on.api.post(USAGE + "app", body(""), "Idempotency-Key", "k").expect(202).id())
        .isEqualTo(id);
    Reply list = on.api.get("/api/v1/background-task?task=application.stats").expect(200);
    assertThat(Deliveries.ids(list)).containsExactly(id);
    assertThat(list.at("/data/0/data").isEmpty()).isTrue();
    Reply before = on.api.get(TASKS + id).expect(200);
    on.server.restart();
    assertThat(on.api.get(TASKS + id).expect(200).json()).isEqualTo(before.json());
  }

  // ---- bounds --------------------------------------------------------------------------------

  @Test
  void whatWouldCostMoreTheMoreThereIsIsBounded() {
    on.endpoint("held", "/ok");
    on.api.post(on.app + "/endpoint/held/pause", null).expect(200);
    Engine engine = on.server.server().engine();
    long app = engine.publicIds().parse(IdPrefix.APPLICATION, on.appId).orElseThrow();
    int many = 10_001;
    List<CompletableFuture<SendResult>> sent = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      sent.add(
          engine
              .messages()
              .acceptAsync(
                  new SendRequest(
                      app,
                      "a",
                      List.of(),
                      "application/json",
                      new byte[] {'1'},
                      SendRequest.Options.NONE)));
    }
    sent.forEach(CompletableFuture::join);
    String stats = on.app + "/endpoint/held/stats";
    Reply held = on.api.get(stats).expect(200);
    assertThat(held.at("/pending").asInt()).isEqualTo(10_000);
    assertThat(held.at("/sending").asInt()).as("also while rows are moved").isZero();
    assertThat(held.at("/morePending").asBoolean()).isTrue();
    on.api.post(on.app + "/endpoint/held/cancel-all", null).expect(202);
    Await.until(
        "all are cancelled",
        Duration.ofMinutes(1),
        () -> on.api.get(stats).at("/canceled").asInt() == many);
    assertThat(on.api.get(stats).at("/pending").asInt()).isZero();
    assertThat(on.api.get(stats).at("/morePending").asBoolean()).isFalse();
    Reply refused = on.api.get(byType("")).expect(422);
    assertThat(refused.at("/detail/0/msg").asString())
        .startsWith("covers more than 10000 attempts");
    assertThat(sum(on.api.get(overTime).expect(200).at("/data/canceledCount"))).isEqualTo(many);
  }

  @Test
  void hidesWhatIsSomebodyElses() {
    String other = on.api.post("/api/v1/app", "{\"name\":\"Other\"}").expect(201).id();
    for (String path : List.of(overTime, byType(""))) {
      on.server.application(on.appId).get(path).expect(200);
      on.server.application(other).get(path).expect(404);
      on.server.environment("org_other").get(path).expect(404);
      on.server.client("").get(path).expect(401);
    }
    on.server.application(on.appId).get("/api/v1/stats/endpoint/count").expect(403);
    on.server.application(on.appId).post(USAGE + "app", body("")).expect(403);
  }
}
