package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.testkit.receiver.Await;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ManyMessagesApiTest {
  private static final String BROADCAST = "/api/v1/msg/broadcast";
  private static final String TASK = "/api/v1/background-task/";

  @AutoClose private final Deliveries on = new Deliveries();

  private List<String> applications(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> on.api.post("/api/v1/app", "{\"name\":\"" + i + "\"}").expect(201).id())
        .toList();
  }

  private List<String> messages(String application) {
    return Deliveries.ids(on.api.get("/api/v1/app/" + application + "/msg").expect(200));
  }

  private Reply done(String body) {
    return on.awaitEnd(TASK + on.api.post(BROADCAST, body).expect(202).id());
  }

  // ---- broadcast -----------------------------------------------------------------------------

  @Test
  void sendsAMessageToEveryApplication() {
    on.endpoint("ok", "/ok");
    List<String> others = applications(2);
    ApiClient other = on.server.environment("org_other");
    String foreign = other.post("/api/v1/app", "{\"name\":\"X\"}").expect(201).id();
    Reply begun =
        on.api
            .post(
                BROADCAST,
                "{\"eventType\":\"news\",\"payload\":{\"n\":1.00},\"eventId\":\"n-1\","
                    + "\"channels\":[\"c\"],\"tags\":[\"t\"]}")
            .expect(202);
    assertThat(begun.at("/task").asString()).isEqualTo("message.broadcast");
    Reply task = on.awaitEnd(TASK + begun.id());
    assertThat(task.at("/status").asString()).isEqualTo("finished");
    assertThat(task.at("/data/messagesSent").asInt()).isEqualTo(3);
    assertThat(task.at("/data/examined").asInt()).isEqualTo(3);
    Map<String, String> created = new HashMap<>();
    for (JsonNode one : task.at("/data/messagesCreated")) {
      created.put(one.get("appId").asString(), one.get("msgId").asString());
    }
    assertThat(created).containsOnlyKeys(on.appId, others.get(0), others.get(1));
    created.forEach(
        (application, message) -> assertThat(messages(application)).containsExactly(message));
    String message = String.valueOf(created.get(on.appId));
    on.awaitStatus(message, 0);
    assertThat(on.receiver.requests().getFirst().text()).isEqualTo("{\"n\":1.00}");
    Reply shown = on.api.get(on.app + "/msg/n-1").expect(200);
    assertThat(shown.id()).isEqualTo(message);
    assertThat(shown.at("/channels/0").asString()).isEqualTo("c");
    assertThat(shown.at("/tags/0").asString()).isEqualTo("t");
    assertThat(other.get("/api/v1/app/" + foreign + "/msg").at("/data").size()).isZero();
  }

  @Test
  void leavesOutAnApplicationThatHadAnotherMessageUnderTheEventId() {
    List<String> others = applications(1);
    on.send("news", "\"eventId\":\"n-1\"");
    String news = "{\"eventType\":\"news\",\"payload\":{\"n\":2},\"eventId\":\"n-1\"}";
    Reply task = done(news);
    assertThat(task.at("/status").asString()).isEqualTo("finished");
    assertThat(task.at("/data/messagesSent").asInt()).isEqualTo(1);
    assertThat(task.at("/data/messagesCreated/0/appId").asString()).isEqualTo(others.get(0));
    assertThat(done(news).at("/data/messagesSent").asInt()).as("all have it").isZero();
    assertThat(messages(others.get(0))).hasSize(1);
  }

  @Test
  void sendsToEachOfManyOnceAlsoOverARestart() {
    List<String> all = applications(230);
    Engine engine = on.server.server().engine();
    String task = on.api.post(BROADCAST, "{\"eventType\":\"a\",\"payload\":{}}").expect(202).id();
    on.server.restart();
    Reply ended = on.awaitEnd(TASK + task);
    assertThat(ended.at("/data/messagesSent").asInt()).isEqualTo(231);
    assertThat(ended.at("/data/messagesCreated").size()).isEqualTo(231);
    all.forEach(application -> assertThat(messages(application)).hasSize(1));
    assertThat(on.server.server().engine()).isNotSameAs(engine);
    long id = engine.publicIds().parse(IdPrefix.TASK, task).getAsLong();
    assertThat(on.server.server().engine().store().setting("broadcast " + id))
        .as("what was to be sent is forgotten")
        .isNull();
  }

  @Test
  void takesLargePayloadsInSmallSteps() {
    applications(9);
    String payload = "\"" + "x".repeat(900_000) + "\"";
    Reply task = done("{\"eventType\":\"a\",\"payload\":" + payload + "}");
    assertThat(task.at("/data/messagesSent").asInt()).isEqualTo(10);
  }

  @Test
  void beginsABroadcastOnceUnderAKey() {
    String[] key = {"Idempotency-Key", "k"};
    String body = "{\"eventType\":\"a\",\"payload\":{}}";
    String first = on.api.post(BROADCAST, body, key).expect(202).id();
    assertThat(on.api.post(BROADCAST, body, key).expect(202).id()).isEqualTo(first);
    on.awaitEnd(TASK + first);
    assertThat(messages(on.appId)).hasSize(1);
  }

  @Test
  void refusesABroadcastThatIsNone() {
    on.api.post(BROADCAST, "{\"payload\":{}}").expect(422);
    on.api.post(BROADCAST, "{\"eventType\":\"a\"}").expect(422);
    on.server.application(on.appId).post(BROADCAST, "{\"eventType\":\"a\"}").expect(403);
    String large = "\"" + "x".repeat(1 << 20) + "\"";
    on.api.post(BROADCAST, "{\"eventType\":\"a\",\"payload\":" + large + "}").expect(413);
  }

  // ---- payloads ------------------------------------------------------------------------------

  private boolean isExpunged(String message) {
    Reply shown = on.api.get(on.app + "/msg/" + message).expect(200);
    return shown.at("/payload").toString().equals("{\"expired\":true}");
  }

  @Test
  void removesThePayloadsThatAreNamed() {
    String first = on.send("a");
    String second = on.send("a", "\"eventId\":\"two\"");
    String kept = on.send("a");
    String other = on.api.post("/api/v1/app", "{\"name\":\"B\"}").expect(201).id();
    String foreign =
        on.api
            .post("/api/v1/app/" + other + "/msg", "{\"eventType\":\"a\",\"payload\":[1]}")
            .expect(202)
            .id();
    String ids = "\"" + String.join("\",\"", first, "two", foreign, "nobody") + "\"";
    Reply reply = on.api.post(on.app + "/msg/bulk-expunge", "{\"ids\":[" + ids + "]}").expect(200);
    JsonNode results = reply.at("/results");
    assertThat(results.get(first).asString()).isEqualTo("expunged");
    assertThat(results.get("two").asString()).isEqualTo("expunged");
    assertThat(results.get(foreign).asString()).isEqualTo("not-found");
    assertThat(results.get("nobody").asString()).isEqualTo("not-found");
    assertThat(isExpunged(first)).isTrue();
    assertThat(isExpunged(second)).isTrue();
    assertThat(isExpunged(kept)).isFalse();
    assertThat(on.api.get("/api/v1/app/" + other + "/msg/" + foreign).at("/payload").toString())
        .isEqualTo("[1]");
    on.api.post(on.app + "/msg/bulk-expunge", "{}").expect(200);
    on.api.post(on.app + "/msg/bulk-expunge", "{\"ids\":[\"a b\"]}").expect(422);
    on.server.application(on.appId).post(on.app + "/msg/bulk-expunge", "{}").expect(403);
  }

  @Test
  void removesAllPayloadsAndCancelsWhatWaits() {
    on.endpoint("ok", "/ok");
    String delivered = on.send("a");
    on.awaitStatus(delivered, 0);
    String waiting = on.send("a", "\"deliverAt\":\"2099-01-01T00:00:00Z\"");
    for (int i = 0; i < 130; i++) {
      on.send("b", "\"deliverAt\":\"2099-01-01T00:00:00Z\"");
    }
    Reply begun = on.api.post(on.app + "/msg/expunge-all-contents", null).expect(202);
    assertThat(begun.at("/task").asString()).isEqualTo("application.purge_content");
    Reply task = on.awaitEnd(TASK + begun.id());
    assertThat(task.at("/data/messagesPurged").asInt()).isEqualTo(132);
    assertThat(task.at("/data/appId").asString()).isEqualTo(on.appId);
    assertThat(isExpunged(delivered)).isTrue();
    assertThat(isExpunged(waiting)).isTrue();
    Await.until(
        "what waited is cancelled",
        () ->
            on.api
                    .get(on.app + "/msg/" + waiting + "/endpoint?expanded_statuses=true")
                    .at("/data/0/status")
                    .asInt()
                == 4);
    Reply again = on.api.post(on.app + "/msg/expunge-all-contents", null).expect(202);
    assertThat(on.awaitEnd(TASK + again.id()).at("/data/messagesPurged").asInt()).isZero();
    on.server.application(on.appId).post(on.app + "/msg/expunge-all-contents", null).expect(403);
    on.api.post("/api/v1/app/nobody/msg/expunge-all-contents", null).expect(404);
  }
}
