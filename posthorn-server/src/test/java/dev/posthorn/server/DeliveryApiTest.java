package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Await;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class DeliveryApiTest {
  @AutoClose private final Deliveries on = new Deliveries();
  private final String ok = on.endpoint("ok", "/ok");
  private final String ofOk = on.app + "/endpoint/ok/msg";

  private String paused(String uid) {
    String id = on.endpoint(uid, "/ok");
    on.api.post(on.app + "/endpoint/" + uid + "/pause", null).expect(200);
    return id;
  }

  // ---- lists ---------------------------------------------------------------------------------

  @Test
  void listsTheMessagesOfAnEndpointWithWhereTheyStand() {
    paused("held");
    String message = on.send("a", "\"eventId\":\"e1\",\"tags\":[\"t\"]");
    Reply held = on.api.get(on.app + "/endpoint/held/msg").expect(200);
    assertThat(held.at("/data/0/id").asString()).isEqualTo(message);
    assertThat(held.at("/data/0/eventId").asString()).isEqualTo("e1");
    assertThat(held.at("/data/0/status").asInt()).isEqualTo(1);
    assertThat(held.at("/data/0/statusText").asString()).isEqualTo("pending");
    assertThat(held.at("/data/0/nextAttempt").isNull()).isFalse();
    assertThat(held.at("/data/0/payload/n").asInt()).isEqualTo(1);
    Await.until("success", () -> on.api.get(ofOk).at("/data/0/status").asInt() == 0);
    assertThat(on.api.get(ofOk).at("/data/0/nextAttempt").isNull()).isTrue();
    assertThat(on.api.get(ofOk + "?with_content=false").at("/data/0/payload").isEmpty()).isTrue();
  }

  @Test
  void pagesAndFiltersTheMessagesOfAnEndpoint() {
    on.endpoint("some", "/fail", "\"eventTypes\":[\"b\"]");
    List<String> sent =
        IntStream.range(0, 6).mapToObj(i -> on.send(i % 2 == 0 ? "a" : "b")).toList();
    for (int i = 0; i < 6; i += 2) {
      on.awaitStatus(sent.get(i), 0);
    }
    Await.until("success", () -> on.api.get(ofOk + "?status=0").at("/data").size() == 6);
    String ofSome = on.app + "/endpoint/some/msg";
    Await.until("failed", () -> on.api.get(ofSome + "?status=2").at("/data").size() == 3);
    assertThat(on.walk(ofOk, 2)).isEqualTo(sent.reversed());
    assertThat(on.walk(ofOk, 6)).isEqualTo(sent.reversed());
    assertThat(on.walk(ofOk + "?status=0", 4)).isEqualTo(sent.reversed());
    assertThat(on.walk(ofOk + "?event_types=b", 2))
        .containsExactly(sent.get(5), sent.get(3), sent.get(1));
    assertThat(on.walk(ofSome, 2)).containsExactly(sent.get(5), sent.get(3), sent.get(1));
    assertThat(on.api.get(ofSome + "?status=0").at("/data").size()).isZero();
    assertThat(on.api.get(ofSome + "?channel=x").at("/data").size()).isZero();
    assertThat(on.api.get(ofSome + "?tag=x").at("/data").size()).isZero();
    assertThat(on.api.get(ofSome + "?before=2020-01-01T00:00:00Z").at("/data").size()).isZero();
  }

  @Test
  void listsTheEndpointsOfAMessageWithWhereItStands() {
    String held = paused("held");
    on.endpoint("other", "/ok", "\"eventTypes\":[\"b\"]");
    String message = on.send("a");
    String path = on.app + "/msg/" + message + "/endpoint";
    Await.until("success", () -> on.api.get(path).at("/data/0/status").asInt() == 0);
    Reply list = on.api.get(path).expect(200);
    assertThat(Deliveries.ids(list)).as("oldest first").containsExactly(ok, held);
    assertThat(list.at("/data/1/status").asInt()).isEqualTo(1);
    assertThat(list.at("/data/1/nextAttempt").isNull()).isFalse();
    assertThat(list.at("/data/1/uid").asString()).isEqualTo("held");
    assertThat(list.at("/data/0/nextAttempt").isNull()).isTrue();
    assertThat(on.walk(path, 1)).containsExactly(ok, held);
    assertThat(on.walk(path + "?order=descending", 1)).containsExactly(held, ok);
  }

  @Test
  void deletedEndpointsStayInTheListOfAMessage() {
    String held = paused("held");
    String fail = on.endpoint("fail", "/fail");
    String message = on.send("a");
    String path = on.app + "/msg/" + message + "/endpoint";
    Await.until("it fails", () -> on.api.get(path).at("/data/2/status").asInt() == 2);
    String late = on.endpoint("late", "/ok");
    on.api.delete(on.app + "/endpoint/held").expect(204);
    on.api.delete(on.app + "/endpoint/fail").expect(204);
    on.awaitLive(message, 0);
    assertThat(on.walk(path, 1)).containsExactly(ok, held, fail);
    Reply list = on.api.get(path + "?expanded_statuses=true").expect(200);
    assertThat(list.at("/data").valueStream().map(one -> one.get("status").asInt()))
        .containsExactly(0, 4, 2);
    assertThat(list.at("/data/2/url").asString()).isEqualTo("http://deleted.invalid/");
    assertThat(list.at("/data/2/disabled").asBoolean()).isTrue();
    assertThat(Deliveries.ids(list)).doesNotContain(late);
  }

  // ---- status --------------------------------------------------------------------------------

  @Test
  void aDeliveryThatWaitsForAnotherAttemptIsSending() {
    on.endpoint("retried", "/fail", "\"retrySchedule\":[3600]");
    paused("held");
    String message = on.send("a");
    String retried = on.app + "/endpoint/retried/msg";
    String held = on.app + "/endpoint/held/msg";
    Await.until("it is tried", () -> on.api.get(retried + "?status=3").at("/data").size() == 1);
    Reply sending = on.api.get(retried).expect(200);
    assertThat(sending.at("/data/0/id").asString()).isEqualTo(message);
    assertThat(sending.at("/data/0/status").asInt()).isEqualTo(3);
    assertThat(sending.at("/data/0/statusText").asString()).isEqualTo("sending");
    assertThat(sending.at("/data/0/nextAttempt").isNull()).isFalse();
    assertThat(on.api.get(retried + "?status=1").at("/data").size()).isZero();
    assertThat(on.api.get(held + "?status=1").at("/data").size()).isEqualTo(1);
    assertThat(on.api.get(held + "?status=3").at("/data").size()).isZero();
    Reply endpoints = on.api.get(on.app + "/msg/" + message + "/endpoint").expect(200);
    assertThat(endpoints.at("/data").valueStream().map(one -> one.get("status").asInt()))
        .containsExactly(0, 3, 1);
    assertThat(on.api.get(on.app + "/attempt/endpoint/retried").at("/data/0/status").asInt())
        .as("the attempt itself is over")
        .isEqualTo(2);
  }

  @Test
  void soIsOneWhoseAttemptWasNotSpent() {
    on.endpoint("busy", "/busy");
    on.send("a");
    String busy = on.app + "/endpoint/busy/msg";
    Await.until("it is tried", () -> on.api.get(busy + "?status=3").at("/data").size() == 1);
    assertThat(on.api.get(on.app + "/attempt/endpoint/busy").at("/data/0/attempt").asInt())
        .isZero();
  }

  // ---- resend --------------------------------------------------------------------------------

  @Test
  void deliversAgain() {
    String message = on.send("a");
    on.awaitStatus(message, 0);
    String resend = on.app + "/msg/" + message + "/endpoint/ok/resend";
    assertThat(on.api.post(resend, null).expect(202).json().isEmpty()).isTrue();
    on.receiver.awaitRequests(2);
    assertThat(on.receiver.requests().get(1).header("webhook-id"))
        .isEqualTo(on.receiver.requests().get(0).header("webhook-id"));
    String attempts = on.app + "/attempt/endpoint/ok";
    Await.until("two attempts", () -> on.api.get(attempts).at("/data").size() == 2);
    assertThat(on.api.get(attempts).at("/data/0/triggerType").asInt()).isEqualTo(1);
  }

  @Test
  void deliversAgainOnceUnderAKey() {
    String message = on.send("a");
    on.awaitStatus(message, 0);
    String resend = on.app + "/msg/" + message + "/endpoint/ok/resend";
    on.api.post(resend, null, "Idempotency-Key", "k").expect(202);
    on.awaitStatus(message, 0);
    Await.until("two attempts", () -> on.receiver.count() == 2);
    on.api.post(resend, null, "Idempotency-Key", "k").expect(202);
    on.api.post(resend, null, "Idempotency-Key", "other").expect(202);
    on.receiver.awaitRequests(3);
    on.awaitStatus(message, 0);
    assertThat(on.receiver.count()).isEqualTo(3);
  }

  @Test
  void deliversToAnEndpointThatTheMessageWasNotFor() {
    String message = on.send("a");
    on.awaitStatus(message, 0);
    on.endpoint("late", "/late");
    on.api.post(on.app + "/msg/" + message + "/endpoint/late/resend", null).expect(202);
    Await.until(
        "it arrives",
        () -> on.receiver.requests().stream().anyMatch(one -> one.path().equals("/late")));
    on.awaitStatus(message, 0);
    assertThat(on.api.get(on.app + "/msg/" + message + "/endpoint").at("/data").size())
        .isEqualTo(2);
  }

  @Test
  void cannotDeliverAPayloadThatWasRemoved() {
    String message = on.send("a");
    on.awaitStatus(message, 0);
    on.api.delete(on.app + "/msg/" + message + "/content").expect(204);
    on.api.post(on.app + "/msg/" + message + "/endpoint/ok/resend", null).expect(404);
    assertThat(on.receiver.count()).isEqualTo(1);
  }

  // ---- cancel --------------------------------------------------------------------------------

  @Test
  void cancelsOneDeliveryThatWaits() {
    paused("held");
    paused("kept");
    String message = on.send("a");
    String cancel = on.app + "/msg/" + message + "/endpoint/held/cancel";
    on.api.post(cancel, null).expect(202);
    String held = on.app + "/endpoint/held/msg?expanded_statuses=true";
    Await.until("cancelled", () -> on.api.get(held).at("/data/0/status").asInt() == 4);
    assertThat(on.api.get(held).at("/data/0/statusText").asString()).isEqualTo("canceled");
    assertThat(on.api.get(on.app + "/endpoint/held/msg").at("/data/0/statusText").asString())
        .as("to a client that does not know of canceled")
        .isEqualTo("fail");
    assertThat(on.api.get(held + "&status=4").at("/data").size()).isEqualTo(1);
    assertThat(on.api.get(held + "&status=2").at("/data").size()).isZero();
    assertThat(on.api.get(on.app + "/endpoint/held/msg?status=2").at("/data").size()).isEqualTo(1);
    assertThat(on.api.get(on.app + "/endpoint/held/msg?status=4").at("/data").size()).isZero();
    assertThat(on.api.get(on.app + "/endpoint/kept/msg").at("/data/0/status").asInt()).isEqualTo(1);
    String attempts = on.app + "/attempt/endpoint/held?expanded_statuses=true";
    assertThat(on.api.get(attempts + "&status=4").at("/data/0/error").asString())
        .isEqualTo("cancelled");
    on.api.post(cancel, null).expect(409);
    on.api.post(on.app + "/endpoint/held/resume", null).expect(200);
    on.api.post(on.app + "/endpoint/kept/resume", null).expect(200);
    on.receiver.awaitRequests(2);
    assertThat(on.api.get(held).at("/data/0/status").asInt()).isEqualTo(4);
  }

  // ---- why -----------------------------------------------------------------------------------

  @Test
  void saysWhyAMessageIsOrIsNotForAnEndpoint() {
    on.endpoint("off", "/ok", "\"disabled\":true");
    on.endpoint("typed", "/ok", "\"eventTypes\":[\"b\"]");
    on.endpoint("channelled", "/ok", "\"channels\":[\"c\"]");
    String message = on.send("a");
    on.awaitStatus(message, 0);
    JsonNode data = on.api.get(on.app + "/msg/" + message + "/why").expect(200).at("/data");
    assertThat(
            data.valueStream()
                .map(
                    one ->
                        one.get("endpointUid").asString()
                            + " "
                            + one.get("reason").asString()
                            + " "
                            + one.get("delivery")))
        .containsExactly(
            "ok matched \"succeeded\"",
            "off disabled null",
            "typed event_type null",
            "channelled channel null");
  }

  @Test
  void pagesWhy() {
    List<String> ids =
        List.of(ok, on.endpoint("two", "/ok"), on.endpoint("three", "/ok"), paused("four"));
    String message = on.send("a");
    String path = on.app + "/msg/" + message + "/why?limit=3";
    Reply first = on.api.get(path).expect(200);
    assertThat(endpoints(first)).isEqualTo(ids.subList(0, 3));
    assertThat(first.at("/done").asBoolean()).isFalse();
    Reply second = on.api.get(path + "&iterator=" + first.at("/iterator").asString()).expect(200);
    assertThat(endpoints(second)).isEqualTo(ids.subList(3, 4));
    assertThat(second.at("/data/0/delivery").asString()).isEqualTo("waiting");
    assertThat(second.at("/done").asBoolean()).isTrue();
    String back = path + "&iterator=" + second.at("/prevIterator").asString();
    assertThat(endpoints(on.api.get(back).expect(200))).isEqualTo(ids.subList(0, 3));
  }

  private static List<String> endpoints(Reply page) {
    return page.at("/data").valueStream().map(one -> one.get("endpointId").asString()).toList();
  }

  // ---- whose ---------------------------------------------------------------------------------

  @Test
  void hidesWhatIsSomebodyElses() {
    String message = on.send("a");
    on.awaitStatus(message, 0);
    String app2 = on.api.post("/api/v1/app", "{\"name\":\"Other\"}").expect(201).id();
    for (String path :
        List.of(
            "/endpoint/" + ok + "/msg",
            "/msg/" + message + "/endpoint",
            "/msg/" + message + "/why")) {
      on.api.get("/api/v1/app/" + app2 + path).expect(404);
      on.server.environment("org_other").get(on.app + path).expect(404);
      on.server.application(app2).get(on.app + path).expect(404);
      on.server.application(on.appId).get(on.app + path).expect(200);
    }
    String delivery = "/msg/" + message + "/endpoint/" + ok;
    for (String action : List.of("/resend", "/cancel")) {
      on.api.post("/api/v1/app/" + app2 + delivery + action, null).expect(404);
      on.server.environment("org_other").post(on.app + delivery + action, null).expect(404);
      on.server.application(app2).post(on.app + delivery + action, null).expect(404);
      on.api.post(on.app + "/msg/" + message + "/endpoint/none" + action, null).expect(404);
      on.api.post(on.app + "/msg/none/endpoint/ok" + action, null).expect(404);
    }
    on.server.application(on.appId).post(on.app + delivery + "/resend", null).expect(202);
    on.receiver.awaitRequests(2);
  }
}
