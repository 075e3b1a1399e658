package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.task.TaskKind;
import dev.posthorn.internal.engine.task.TaskOrder;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.testkit.receiver.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class EndpointTaskApiTest {
  private static final String ALL = since(Duration.ofDays(13));

  @AutoClose private final Deliveries on = new Deliveries();

  private static String since(Duration ago) {
    return "{\"since\":\"" + Instant.now().minus(ago) + "\"}";
  }

  private Reply done(String action, String order) {
    Reply begun = on.api.post(on.app + "/endpoint/" + action, order).expect(202);
    return on.awaitEnd("/api/v1/background-task/" + begun.id());
  }

  private List<String> failed(int count) {
    on.endpoint("fail", "/fail");
    List<String> sent = IntStream.range(0, count).mapToObj(i -> on.send("a")).toList();
    sent.forEach(message -> on.awaitStatus(message, 2));
    return sent;
  }

  // ---- recover -------------------------------------------------------------------------------

  @Test
  void deliversAgainWhatFailed() {
    List<String> sent = failed(3);
    on.repaired.set(true);
    Reply begun = on.api.post(on.app + "/endpoint/fail/recover", ALL).expect(202);
    assertThat(begun.at("/task").asString()).isEqualTo("endpoint.recover");
    Reply task = on.awaitEnd("/api/v1/background-task/" + begun.id());
    assertThat(task.at("/status").asString()).isEqualTo("finished");
    assertThat(task.at("/data/messagesSent").asInt()).isEqualTo(3);
    assertThat(task.at("/data/examined").asInt()).isEqualTo(3);
    assertThat(task.at("/data/appId").asString()).isEqualTo(on.appId);
    sent.forEach(message -> on.awaitStatus(message, 0));
    Reply again = done("fail/recover", ALL);
    assertThat(again.at("/data/messagesSent").asInt()).as("nothing fails any more").isZero();
  }

  @Test
  void recoversOnlyWhatFailedInTheTimeAskedFor() {
    failed(2);
    Instant later = Instant.now().plusSeconds(60);
    Instant before = Instant.now().minusSeconds(60);
    assertThat(
            done("fail/recover", "{\"since\":\"" + later + "\"}").at("/data/messagesSent").asInt())
        .isZero();
    String ended = ALL.replace("}", ",\"until\":\"" + before + "\"}");
    assertThat(done("fail/recover", ended).at("/data/messagesSent").asInt()).isZero();
    String within = "{\"since\":\"" + before + "\",\"until\":\"" + later + "\"}";
    assertThat(done("fail/recover", within).at("/data/messagesSent").asInt()).isEqualTo(2);
  }

  @Test
  void makesOneAttemptOfEach() {
    List<String> sent = failed(2);
    done("fail/recover", ALL);
    on.receiver.awaitRequests(2 * 3 + 2);
    String list = on.app + "/attempt/endpoint/fail";
    Await.until("they are recorded", () -> on.api.get(list).at("/data").size() == 2 * 3 + 2);
    Reply attempts = on.api.get(list + "?limit=2");
    assertThat(attempts.at("/data").valueStream().map(one -> one.get("triggerType").asInt()))
        .containsOnly(1);
    assertThat(attempts.at("/data").valueStream().map(one -> one.get("nextAttempt").isNull()))
        .containsOnly(true);
    sent.forEach(message -> on.awaitStatus(message, 2));
    assertThat(done("fail/recover", ALL).at("/data/messagesSent").asInt())
        .as("nothing of them waits")
        .isEqualTo(2);
  }

  @Test
  void recoversTwoWeeksAndNamesTheWayToMore() {
    on.endpoint("ok", "/ok");
    String recover = on.app + "/endpoint/ok/recover";
    on.api.post(recover, since(Duration.ofDays(14))).expect(202);
    Reply refused = on.api.post(recover, since(Duration.ofDays(21))).expect(422);
    assertThat(refused.at("/detail/0/loc").toString()).isEqualTo("[\"body\",\"since\"]");
    assertThat(refused.at("/detail/0/msg").asString()).contains("14 days", "bulk-replay");
    String old = "{\"since\":\"2020-01-01T00:00:00Z\",\"until\":\"2020-01-15T00:00:00Z\"}";
    on.api.post(recover, old).expect(202);
    on.api.post(on.app + "/endpoint/ok/bulk-replay", since(Duration.ofDays(21))).expect(202);
  }

  @Test
  void goesOnAfterARestart() {
    List<String> sent = failed(2);
    Engine engine = on.server.server().engine();
    long endpoint =
        engine
            .publicIds()
            .parse(IdPrefix.ENDPOINT, on.api.get(on.app + "/endpoint/fail").id())
            .getAsLong();
    on.repaired.set(true);
    assertThat(engine.stop(5_000).join()).isTrue();
    var begun =
        engine
            .tasks()
            .start(TaskKind.RECOVER, new TaskOrder(endpoint, 0, engine.millis() + 1))
            .orTimeout(20, TimeUnit.SECONDS)
            .join();
    assertThat(begun.status()).isEqualTo("running");
    String task = "/api/v1/background-task/" + engine.publicIds().format(IdPrefix.TASK, begun.id());
    assertThat(on.api.get(task).expect(200).at("/status").asString()).isEqualTo("running");
    on.server.restart();
    assertThat(on.awaitEnd(task).at("/data/messagesSent").asInt()).isEqualTo(2);
    sent.forEach(message -> on.awaitStatus(message, 0));
  }

  @Test
  void givesUpIfTheEndpointIsGone() {
    failed(1);
    Engine engine = on.server.server().engine();
    long endpoint =
        engine
            .publicIds()
            .parse(IdPrefix.ENDPOINT, on.api.get(on.app + "/endpoint/fail").id())
            .getAsLong();
    assertThat(engine.stop(5_000).join()).isTrue();
    var begun =
        engine.tasks().start(TaskKind.RECOVER, new TaskOrder(endpoint, 0, engine.millis())).join();
    CompletableFuture<Void> deleted = engine.endpointAdmin().delete(endpoint);
    deleted.join();
    String task = "/api/v1/background-task/" + engine.publicIds().format(IdPrefix.TASK, begun.id());
    on.server.restart();
    Reply ended = on.awaitEnd(task);
    assertThat(ended.at("/status").asString()).isEqualTo("failed");
    assertThat(ended.at("/data/error").asString()).contains("endpoint");
  }

  // ---- replays -------------------------------------------------------------------------------

  @Test
  void deliversWhatAnEndpointNeverGot() {
    on.endpoint("ok", "/ok");
    List<String> before = List.of(on.send("a"), on.send("b"), on.send("a"));
    before.forEach(message -> on.awaitStatus(message, 0));
    on.endpoint("late", "/late", "\"eventTypes\":[\"a\"]");
    String had = on.send("a");
    on.awaitStatus(had, 0);
    Reply task = done("late/replay-missing", ALL);
    assertThat(task.at("/task").asString()).isEqualTo("endpoint.replay");
    assertThat(task.at("/data/messagesSent").asInt()).isEqualTo(2);
    assertThat(task.at("/data/examined").asInt()).isEqualTo(4);
    Await.until(
        "they arrive",
        () ->
            on.receiver.requests().stream()
                .filter(request -> request.path().equals("/late"))
                .map(request -> String.valueOf(request.header("webhook-id")))
                .collect(Collectors.toSet())
                .equals(Set.of(before.get(0), before.get(2), had)));
    before.forEach(message -> on.awaitStatus(message, 0));
    assertThat(done("late/replay-missing", ALL).at("/data/messagesSent").asInt()).isZero();
  }

  @Test
  void deliversMoreThanAPage() {
    int many = 230;
    for (int i = 0; i < many; i++) {
      on.send("a");
    }
    on.endpoint("late", "/late");
    Reply task = done("late/replay-missing", ALL);
    assertThat(task.at("/data/messagesSent").asInt()).isEqualTo(many);
    assertThat(task.at("/data/examined").asInt()).isEqualTo(many);
    on.receiver.awaitRequests(many);
    assertThat(done("late/bulk-replay", ALL).at("/data/examined").asInt())
        .as("it was for no endpoint when it was sent")
        .isZero();
  }

  @Test
  void deliversAgainInBulkWhatIsAskedFor() {
    on.endpoint("ok", "/ok");
    on.endpoint("fail", "/fail", "\"eventTypes\":[\"b\"]");
    List<String> sent =
        List.of(
            on.send("a", "\"channels\":[\"c\"]"), on.send("a", "\"tags\":[\"t\"]"), on.send("b"));
    on.awaitStatus(sent.get(0), 0);
    on.awaitStatus(sent.get(1), 0);
    Await.until(
        "failed", () -> on.api.get(on.app + "/endpoint/fail/msg?status=2").at("/data").size() == 1);
    assertThat(bulk("ok", "")).isEqualTo(3);
    assertThat(bulk("ok", ",\"channel\":\"c\"")).isEqualTo(1);
    assertThat(bulk("ok", ",\"tag\":\"t\"")).isEqualTo(1);
    assertThat(bulk("ok", ",\"eventTypes\":[\"a\"]")).isEqualTo(2);
    assertThat(bulk("ok", ",\"status\":2")).isZero();
    assertThat(bulk("ok", ",\"status\":0,\"statusCodeClass\":200")).isEqualTo(3);
    assertThat(bulk("ok", ",\"statusCodeClass\":500")).isZero();
    assertThat(bulk("fail", ",\"statusCodeClass\":500,\"status\":2")).isEqualTo(1);
    assertThat(bulk("fail", ",\"channel\":null,\"tag\":null,\"eventTypes\":null,\"until\":null"))
        .isEqualTo(1);
  }

  /** Replays once no delivery is waiting, because a waiting delivery is not started again. */
  private int bulk(String endpoint, String filter) {
    String stats = on.app + "/endpoint/" + endpoint + "/stats";
    Await.until(
        "nothing waits",
        () -> {
          Reply now = on.api.get(stats).expect(200);
          return now.at("/pending").asInt() + now.at("/sending").asInt() == 0;
        });
    return done(endpoint + "/bulk-replay", ALL.replace("}", filter + "}"))
        .at("/data/messagesSent")
        .asInt();
  }

  // ---- cancelling ----------------------------------------------------------------------------

  private List<String> held(int count) {
    on.endpoint("held", "/ok");
    on.api.post(on.app + "/endpoint/held/pause", null).expect(200);
    return IntStream.range(0, count).mapToObj(i -> on.send("a")).toList();
  }

  @Test
  void cancelsAllThatWaits() {
    List<String> sent = held(3);
    Reply begun = on.api.post(on.app + "/endpoint/held/cancel-all", null).expect(202);
    String path = on.app + "/endpoint/held/cancel-all/" + begun.id();
    Reply ended = on.awaitEnd(path);
    assertThat(ended.at("/status").asString()).isEqualTo("finished");
    assertThat(ended.at("/data/messagesCanceled").asInt()).isEqualTo(3);
    sent.forEach(message -> on.awaitStatus(message, 4));
    on.api.get("/api/v1/background-task/" + begun.id()).expect(404);
    assertThat(on.api.get("/api/v1/background-task").at("/data").size()).isZero();
    on.endpoint("ok", "/ok");
    on.api.get(on.app + "/endpoint/ok/cancel-all/" + begun.id()).expect(404);
    on.api.get(on.app + "/endpoint/held/cancel-all/nonsense").expect(404);
  }

  @Test
  void cancelsWhatWasSentBeforeATime() {
    List<String> sent = held(2);
    String early = "{\"createdBefore\":\"2020-01-01T00:00:00Z\"}";
    on.api.post(on.app + "/endpoint/held/cancel-msgs", early).expect(204);
    String all = "{\"createdBefore\":\"" + Instant.now().plusSeconds(60) + "\"}";
    String pending = on.app + "/endpoint/held/msg?status=1";
    assertThat(on.api.get(pending).at("/data").size()).isEqualTo(2);
    on.api.post(on.app + "/endpoint/held/cancel-msgs", all).expect(204);
    sent.forEach(message -> on.awaitStatus(message, 4));
    on.api.post(on.app + "/endpoint/held/cancel-msgs", "{}").expect(422);
  }

  // ---- requests ------------------------------------------------------------------------------

  @Test
  void beginsATaskOnceUnderAKey() {
    on.endpoint("ok", "/ok");
    String path = on.app + "/endpoint/ok/recover";
    String first = on.api.post(path, ALL, "Idempotency-Key", "k").expect(202).id();
    assertThat(on.api.post(path, ALL, "Idempotency-Key", "k").expect(202).id()).isEqualTo(first);
    on.api.post(path, since(Duration.ofDays(1)), "Idempotency-Key", "k").expect(409);
    assertThat(on.api.post(path, ALL).expect(202).id()).isNotEqualTo(first);
  }

  @Test
  void refusesTasksWhileTooManyWait() {
    on.endpoint("ok", "/ok");
    Engine engine = on.server.server().engine();
    long endpoint =
        engine
            .publicIds()
            .parse(IdPrefix.ENDPOINT, on.api.get(on.app + "/endpoint/ok").id())
            .getAsLong();
    assertThat(engine.stop(5_000).join()).as("nothing is carried out any more").isTrue();
    TaskOrder order = new TaskOrder(endpoint, 0, engine.millis());
    CompletableFuture<?>[] begun = new CompletableFuture<?>[100];
    for (int i = 0; i < begun.length; i++) {
      begun[i] = engine.tasks().start(TaskKind.RECOVER, order);
    }
    CompletableFuture.allOf(begun).join();
    Reply refused = on.api.post(on.app + "/endpoint/ok/recover", ALL).expect(503);
    assertThat(refused.at("/code").asString()).isEqualTo("overloaded");
    assertThat(refused.header("Retry-After")).isNotNull();
  }

  @Test
  void refusesWhatIsNoOrder() {
    on.endpoint("ok", "/ok");
    String ok = on.app + "/endpoint/ok";
    on.api.post(ok + "/recover", null).expect(422);
    on.api.post(ok + "/recover", "{\"since\":\"soon\"}").expect(422);
    String backwards = "{\"since\":\"2021-01-01T00:00:00Z\",\"until\":\"2020-01-01T00:00:00Z\"}";
    assertThat(on.api.post(ok + "/replay-missing", backwards).expect(422).at("/detail/0/loc/1"))
        .hasToString("\"until\"");
    on.api.post(ok + "/bulk-replay", ALL.replace("}", ",\"status\":9}")).expect(422);
    on.api.post(ok + "/bulk-replay", ALL.replace("}", ",\"statusCodeClass\":150}")).expect(422);
    on.api.post(ok + "/bulk-replay", ALL.replace("}", ",\"eventTypes\":[\"a b\"]}")).expect(422);
  }

  @Test
  void hidesWhatIsSomebodyElses() {
    String ok = on.endpoint("ok", "/ok");
    String app2 = on.api.post("/api/v1/app", "{\"name\":\"Other\"}").expect(201).id();
    String early = "{\"createdBefore\":\"2020-01-01T00:00:00Z\"}";
    for (String action : List.of("recover", "replay-missing", "bulk-replay")) {
      refuses(app2, ok, action, ALL);
    }
    refuses(app2, ok, "cancel-msgs", early);
    refuses(app2, ok, "cancel-all", "{}");
    String cancellation =
        on.server
            .application(on.appId)
            .post(on.app + "/endpoint/ok/cancel-all", null)
            .expect(202)
            .id();
    String path = on.app + "/endpoint/ok/cancel-all/" + cancellation;
    on.server.application(on.appId).get(path).expect(200);
    on.server.application(app2).get(path).expect(404);
    on.server.environment("org_other").get(path).expect(404);
  }

  private void refuses(String app2, String endpoint, String action, String body) {
    String path = "/endpoint/" + endpoint + "/" + action;
    on.api.post("/api/v1/app/" + app2 + path, body).expect(404);
    on.server.environment("org_other").post(on.app + path, body).expect(404);
    on.server.application(app2).post(on.app + path, body).expect(404);
    on.server.client("").post(on.app + path, body).expect(401);
    on.api.post(on.app + "/endpoint/none/" + action, body).expect(404);
  }
}
