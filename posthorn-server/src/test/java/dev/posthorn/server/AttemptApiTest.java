package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class AttemptApiTest {
  @AutoClose private final Deliveries on = new Deliveries();
  private final String ok = on.endpoint("ok", "/ok");
  private final String byOk = on.app + "/attempt/endpoint/ok";
  private final String byFail = on.app + "/attempt/endpoint/fail";

  private String fail() {
    return on.endpoint("fail", "/fail");
  }

  private void awaitAttempts(String path, int count) {
    Await.until(
        count + " attempts", () -> on.api.get(path).expect(200).at("/data").size() == count);
  }

  @Test
  void listsTheAttemptsOfAnEndpointNewestFirstPageByPage() {
    List<String> sent = IntStream.range(0, 5).mapToObj(i -> on.send("a")).toList();
    awaitAttempts(byOk, 5);
    Reply all = on.api.get(byOk).expect(200);
    assertThat(all.at("/data").valueStream().map(row -> row.get("msgId").asString()))
        .containsExactlyInAnyOrderElementsOf(sent);
    assertThat(Deliveries.ids(all)).isSortedAccordingTo((one, other) -> other.compareTo(one));
    assertThat(on.walk(byOk, 2)).isEqualTo(Deliveries.ids(all));
    assertThat(on.walk(byOk, 5)).isEqualTo(Deliveries.ids(all));
  }

  @Test
  void showsWhatTheReceiverAnswered() {
    String message = on.send("a");
    awaitAttempts(byOk, 1);
    Reply list = on.api.get(byOk);
    assertThat(list.at("/data/0/msgId").asString()).isEqualTo(message);
    assertThat(list.at("/data/0/endpointId").asString()).isEqualTo(ok);
    assertThat(list.at("/data/0/url").asString()).isEqualTo(on.receiver.url("/ok"));
    assertThat(list.at("/data/0/status").asInt()).isZero();
    assertThat(list.at("/data/0/statusText").asString()).isEqualTo("success");
    assertThat(list.at("/data/0/responseStatusCode").asInt()).isEqualTo(200);
    assertThat(list.at("/data/0/response").asString()).isEqualTo("thanks");
    assertThat(list.at("/data/0/triggerType").asInt()).isZero();
    assertThat(list.at("/data/0/attempt").asInt()).isEqualTo(1);
    assertThat(list.at("/data/0/error").isNull()).isTrue();
    assertThat(on.api.get(byOk + "?with_content=false").at("/data/0/response").asString())
        .isEqualTo("{}");
  }

  @Test
  void showsTheMessageWithoutItsPayloadIfAsked() {
    String message = on.send("a", "\"tags\":[\"t\"]");
    awaitAttempts(byOk, 1);
    Reply with = on.api.get(byOk + "?with_msg=true").expect(200);
    assertThat(with.at("/data/0/msg/id").asString()).isEqualTo(message);
    assertThat(with.at("/data/0/msg/tags/0").asString()).isEqualTo("t");
    assertThat(with.at("/data/0/msg/payload").isEmpty()).isTrue();
    assertThat(on.api.get(byOk).at("/data/0").has("msg")).isFalse();
  }

  @Test
  void saysWhatWentWrongWhereThereWasNoResponse() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    on.api
        .post(
            on.app + "/endpoint",
            "{\"uid\":\"gone\",\"url\":\"http://127.0.0.1:" + port + "/\",\"channels\":[\"gone\"]}")
        .expect(201);
    on.send("a", "\"channels\":[\"gone\"]");
    awaitAttempts(on.app + "/attempt/endpoint/gone", 3);
    Reply list = on.api.get(on.app + "/attempt/endpoint/gone?status_code_class=0").expect(200);
    assertThat(list.at("/data").size()).isEqualTo(3);
    assertThat(list.at("/data/0/responseStatusCode").asInt()).isZero();
    assertThat(list.at("/data/0/response").asString()).contains("refused");
    assertThat(list.at("/data/0/error").asString()).isEqualTo("connect");
    assertThat(list.at("/data/0/nextAttempt").isNull()).isTrue();
    assertThat(list.at("/data/2/nextAttempt").isNull()).isFalse();
  }

  @Test
  void filtersByStatus() {
    fail();
    on.send("a");
    awaitAttempts(byFail, 3);
    assertThat(on.api.get(byFail + "?status=2").at("/data").size()).isEqualTo(3);
    assertThat(on.api.get(byFail + "?status=0").at("/data").size()).isZero();
    assertThat(on.api.get(byFail + "?status=1").at("/data").size()).isZero();
    assertThat(on.api.get(byFail + "?status=3").at("/done").asBoolean()).isTrue();
    assertThat(on.api.get(byFail + "?status_code_class=500").at("/data").size()).isEqualTo(3);
    assertThat(on.api.get(byFail + "?status_code_class=400").at("/data").size()).isZero();
    awaitAttempts(byOk + "?status=0", 1);
    assertThat(on.api.get(byOk + "?status=2").at("/data").size()).isZero();
  }

  @Test
  void filtersByWhatTheMessageIs() {
    String one = on.send("a.b", "\"channels\":[\"c\"],\"tags\":[\"t\"]");
    String other = on.send("a.c");
    awaitAttempts(byOk, 2);
    assertThat(messages(byOk + "?channel=c")).containsExactly(one);
    assertThat(messages(byOk + "?tag=t")).containsExactly(one);
    assertThat(messages(byOk + "?event_types=a.c")).containsExactly(other);
    assertThat(messages(byOk + "?event_types=a.c,a.b")).containsExactlyInAnyOrder(other, one);
    assertThat(messages(byOk + "?event_types=a.c&channel=c")).isEmpty();
  }

  @Test
  void filtersByTime() {
    Instant before = Instant.now().minusSeconds(1);
    on.send("a");
    awaitAttempts(byOk, 1);
    assertThat(messages(byOk + "?after=" + Deliveries.time(before))).hasSize(1);
    assertThat(messages(byOk + "?before=" + Deliveries.time(before))).isEmpty();
    assertThat(messages(byOk + "?after=" + Deliveries.time(Instant.now().plusSeconds(60))))
        .isEmpty();
    assertThat(messages(byOk + "?before=9999-12-31T23:59:59Z")).hasSize(1);
    assertThat(messages(byOk + "?after=9999-12-31T23:59:59Z")).isEmpty();
  }

  @Test
  void thoseAfterATimeBeginWithIt() {
    String message = on.send("a");
    awaitAttempts(byOk, 1);
    Instant time = Instant.parse(on.api.get(byOk).at("/data/0/timestamp").asString());
    for (String path : List.of(byOk, on.app + "/attempt/msg/" + message)) {
      assertThat(messages(path + "?after=" + time)).containsExactly(message);
      assertThat(messages(path + "?after=" + time.plusNanos(1))).isEmpty();
      assertThat(messages(path + "?before=" + time)).isEmpty();
      assertThat(messages(path + "?before=" + time.plusNanos(1))).containsExactly(message);
    }
    assertThat(on.api.get(byOk + "/count?after=" + time).at("/count").asInt()).isEqualTo(1);
  }

  private List<String> messages(String path) {
    return on.api
        .get(path)
        .expect(200)
        .at("/data")
        .valueStream()
        .map(row -> row.get("msgId").asString())
        .toList();
  }

  @Test
  void listsTheAttemptsOfAMessage() {
    String fail = fail();
    String message = on.send("a");
    on.send("a");
    String path = on.app + "/attempt/msg/" + message;
    awaitAttempts(path, 4);
    assertThat(messages(path)).containsOnly(message);
    assertThat(on.walk(path, 3)).hasSize(4).doesNotHaveDuplicates();
    assertThat(on.api.get(path + "?endpoint_id=fail").at("/data").size()).isEqualTo(3);
    assertThat(on.api.get(path + "?endpoint_id=" + fail).at("/data").size()).isEqualTo(3);
    assertThat(on.api.get(path + "?endpoint_id=ok&status=2").at("/data").size()).isZero();
    on.api.delete(on.app + "/endpoint/fail").expect(204);
    Reply gone = on.api.get(path + "?endpoint_id=" + fail).expect(200);
    assertThat(gone.at("/data").size()).as("also of an endpoint that is gone").isEqualTo(3);
    on.api.get(path + "?endpoint_id=fail").expect(404);
  }

  @Test
  void counts() {
    fail();
    on.send("a");
    awaitAttempts(byFail, 3);
    Reply all = on.api.get(byFail + "/count").expect(200);
    assertThat(all.at("/count").asInt()).isEqualTo(3);
    assertThat(all.at("/approximated").asBoolean()).isFalse();
    assertThat(on.api.get(byFail + "/count?status=0").at("/count").asInt()).isZero();
    assertThat(on.api.get(byFail + "/count?event_types=b").at("/count").asInt()).isZero();
  }

  @Test
  void showsOneAndRemovesItsResponse() {
    String message = on.send("a");
    awaitAttempts(byOk, 1);
    String id = Deliveries.ids(on.api.get(byOk)).get(0);
    String one = on.app + "/msg/" + message + "/attempt/" + id;
    assertThat(on.api.get(one).expect(200).json()).isEqualTo(on.api.get(byOk).at("/data/0"));
    on.server.application(on.appId).delete(one + "/content").expect(403);
    on.api.delete(one + "/content").expect(204);
    assertThat(on.api.get(one).expect(200).at("/response").asString()).isEqualTo("EXPUNGED");
    assertThat(on.api.get(byOk).at("/data/0/response").asString()).isEqualTo("EXPUNGED");
  }

  @Test
  void knowsOnlyTheMessagesOwnAttempts() {
    String message = on.send("a");
    String other = on.send("a");
    awaitAttempts(byOk, 2);
    String of = Deliveries.ids(on.api.get(on.app + "/attempt/msg/" + message)).get(0);
    on.api.get(on.app + "/msg/" + other + "/attempt/" + of).expect(404);
    on.api.get(on.app + "/msg/" + message + "/attempt/" + other).expect(404);
    on.api.get(on.app + "/msg/" + message + "/attempt/nonsense").expect(404);
    on.api.delete(on.app + "/msg/" + other + "/attempt/" + of + "/content").expect(404);
  }

  @Test
  void hidesWhatIsSomebodyElses() {
    String message = on.send("a");
    awaitAttempts(byOk, 1);
    String app2 = on.api.post("/api/v1/app", "{\"name\":\"Other\"}").expect(201).id();
    String id = Deliveries.ids(on.api.get(byOk)).get(0);
    for (String path :
        List.of(
            "/attempt/endpoint/" + ok,
            "/attempt/endpoint/" + ok + "/count",
            "/attempt/msg/" + message,
            "/msg/" + message + "/attempt/" + id)) {
      on.api.get("/api/v1/app/" + app2 + path).expect(404);
      on.server.environment("org_other").get(on.app + path).expect(404);
      on.server.application(app2).get(on.app + path).expect(404);
      on.server.application(on.appId).get(on.app + path).expect(200);
      on.server.client("").get(on.app + path).expect(401);
    }
  }

  @Test
  void refusesWhatIsNoFilter() {
    assertThat(on.api.get(byOk + "?status=5").expect(422).at("/detail/0/loc/1").asString())
        .isEqualTo("status");
    on.api.get(byOk + "?status_code_class=150").expect(422);
    on.api.get(byOk + "?iterator=msg_1").expect(422);
    on.api.get(byOk + "?limit=0").expect(422);
    on.api.get(byOk + "?before=yesterday").expect(422);
    on.api.get(byOk + "?with_msg=perhaps").expect(422);
  }
}
