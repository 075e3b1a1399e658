package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.id.Ids;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class MessageSearchApiTest {
  @AutoClose private final Deliveries on = new Deliveries();

  private List<String> found(String body) {
    return Deliveries.ids(on.api.post(on.app + "/msg/search", body).expect(200));
  }

  private Instant sentAt(String message) {
    long id = on.server.server().engine().publicIds().parse(IdPrefix.MESSAGE, message).getAsLong();
    return Instant.ofEpochMilli(Ids.timeOf(id));
  }

  @Test
  void findsMessagesByWhatTheyAre() {
    String first = on.send("a", "\"eventId\":\"one\"", "\"tags\":[\"red\"]");
    String second = on.send("b", "\"channels\":[\"c\"]");
    String third = on.send("a");
    assertThat(found("{}")).containsExactly(third, second, first);
    assertThat(Deliveries.ids(on.api.post(on.app + "/msg/search", null).expect(200))).hasSize(3);
    assertThat(found("{\"event_types\":[\"a\"]}")).containsExactly(third, first);
    assertThat(found("{\"event_types\":[\"a\",\"b\"],\"channel\":\"c\"}")).containsExactly(second);
    assertThat(found("{\"tag\":\"red\"}")).containsExactly(first);
    assertThat(found("{\"event_id\":\"one\"}")).containsExactly(first);
    assertThat(found("{\"event_id\":\"two\"}")).isEmpty();
    assertThat(found("{\"id\":\"" + second + "\"}")).containsExactly(second);
    assertThat(found("{\"id\":\"" + second + "\",\"event_types\":[\"a\"]}")).isEmpty();
  }

  @Test
  void findsMessagesByTheirTime() {
    String first = on.send("a");
    Instant at = sentAt(first);
    while (!Instant.ofEpochMilli(on.server.server().engine().millis()).isAfter(at)) {
      Thread.onSpinWait();
    }
    String second = on.send("a");
    assertThat(found("{\"after\":\"" + at + "\"}")).containsExactly(second);
    assertThat(found("{\"before\":\"" + sentAt(second) + "\"}")).containsExactly(first);
    assertThat(found("{\"before\":\"" + at + "\",\"after\":\"" + at + "\"}")).isEmpty();
  }

  @Test
  void goesFromPageToPage() {
    String first = on.send("a");
    String second = on.send("b");
    String third = on.send("a");
    Reply page = on.api.post(on.app + "/msg/search", "{\"limit\":2}").expect(200);
    assertThat(Deliveries.ids(page)).containsExactly(third, second);
    assertThat(page.at("/done").asBoolean()).isFalse();
    String next = "{\"limit\":2,\"iterator\":\"" + page.at("/iterator").asString() + "\"}";
    Reply last = on.api.post(on.app + "/msg/search", next).expect(200);
    assertThat(Deliveries.ids(last)).containsExactly(first);
    assertThat(last.at("/done").asBoolean()).isTrue();
    String back = "{\"limit\":2,\"iterator\":\"" + last.at("/prevIterator").asString() + "\"}";
    assertThat(found(back)).containsExactly(third, second);
  }

  @Test
  void showsPayloadsIfAsked() {
    on.send("a");
    Reply without = on.api.post(on.app + "/msg/search", "{}").expect(200);
    assertThat(without.at("/data/0/payload").toString()).isEqualTo("{}");
    Reply with = on.api.post(on.app + "/msg/search", "{\"with_content\":true}").expect(200);
    assertThat(with.at("/data/0/payload/n").asInt()).isEqualTo(1);
  }

  @Test
  void saysWhatIsWrong() {
    for (String wrong :
        List.of(
            "limit\":0",
            "limit\":251",
            "iterator\":\"x\"",
            "id\":\"invoice-1\"",
            "event_id\":\"a b\"",
            "event_types\":\"a\"",
            "before\":\"yesterday\"",
            "with_content\":1")) {
      Reply reply = on.api.post(on.app + "/msg/search", "{\"" + wrong + "}").expect(422);
      String field = wrong.substring(0, wrong.indexOf('"'));
      assertThat(reply.at("/detail/0/loc").toString()).isEqualTo("[\"body\",\"" + field + "\"]");
    }
  }

  // ---- by the id alone -----------------------------------------------------------------------

  @Test
  void showsWhoseAMessageIs() {
    String id = on.send("a");
    Reply found = on.api.get("/api/v1/msg/" + id).expect(200);
    assertThat(found.at("/appId").asString()).isEqualTo(on.appId);
    assertThat(found.at("/appUid").isNull()).isTrue();
    assertThat(found.at("/id").asString()).isEqualTo(id);
    assertThat(found.at("/payload/n").asInt()).isEqualTo(1);
    Reply bare = on.api.get("/api/v1/msg/" + id + "?with_content=false").expect(200);
    assertThat(bare.at("/payload").toString()).isEqualTo("{}");
    on.api.get("/api/v1/msg/invoice-1").expect(404);
    on.server.environment("org_other").get("/api/v1/msg/" + id).expect(404);
    on.server.application(on.appId).get("/api/v1/msg/" + id).expect(403);
  }

  // ---- pre-check -----------------------------------------------------------------------------

  private boolean active(String body) {
    return on.api.post(on.app + "/msg/precheck/active", body).expect(200).at("/active").asBoolean();
  }

  @Test
  void tellsWhetherAnybodyWouldGetAMessage() {
    assertThat(active("{\"eventType\":\"a\"}")).as("no endpoint").isFalse();
    on.endpoint("a", "/ok", "\"eventTypes\":[\"a\"]", "\"channels\":[\"c\"]");
    assertThat(active("{\"eventType\":\"a\",\"channels\":[\"c\",\"d\"]}")).isTrue();
    assertThat(active("{\"eventType\":\"b\",\"channels\":[\"c\"]}")).isFalse();
    assertThat(active("{\"eventType\":\"a\",\"channels\":[\"d\"]}")).isFalse();
    assertThat(active("{\"eventType\":\"a\"}")).isFalse();
    on.endpoint("b", "/ok", "\"disabled\":true");
    assertThat(active("{\"eventType\":\"b\"}")).as("disabled").isFalse();
    on.api.patch(on.app + "/endpoint/b", "{\"disabled\":false}").expect(200);
    assertThat(active("{\"eventType\":\"b\"}")).isTrue();
    assertThat(on.api.get(on.app + "/msg").expect(200).at("/data").size()).isZero();
    on.api.post(on.app + "/msg/precheck/active", "{}").expect(422);
    on.api
        .post(on.app + "/msg/precheck/active", "{\"eventType\":\"a\",\"channels\":[\" \"]}")
        .expect(422);
    on.api.post("/api/v1/app/nobody/msg/precheck/active", "{\"eventType\":\"a\"}").expect(404);
  }
}
