package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.task.Polling;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class PollerApiTest {
  @AutoClose private final Deliveries on = new Deliveries();

  private String poller(String endpoint) {
    return on.app + "/poller/" + endpoint;
  }

  private String consumer(String name) {
    return poller("all") + "/consumer/" + name;
  }

  /** Creates an endpoint that receives no deliveries. */
  private void endpoint(String uid, String... more) {
    List<String> fields = new ArrayList<>(List.of(more));
    fields.add("\"disabled\":true");
    on.endpoint(uid, "/ok", fields.toArray(String[]::new));
  }

  private List<String> send(int count) {
    return IntStream.range(0, count).mapToObj(i -> on.send("a")).toList();
  }

  private Reply poll(String path) {
    return on.api.get(path).expect(200);
  }

  private Reply poll(String path, Reply last) {
    return poll(path + (path.contains("?") ? "&" : "?") + "iterator=" + iterator(last));
  }

  private static String iterator(Reply page) {
    return page.at("/iterator").asString();
  }

  private static boolean done(Reply page) {
    return page.at("/done").asBoolean();
  }

  /** Polls until there are no more messages; returns their ids. */
  private List<String> pollAll(String path) {
    Reply page = poll(path);
    List<String> ids = new ArrayList<>(Deliveries.ids(page));
    while (!done(page)) {
      page = poll(path, page);
      ids.addAll(Deliveries.ids(page));
    }
    return ids;
  }

  @Test
  void readsWhatWasSentSinceTheEndpointWasCreatedOldestFirst() {
    send(2);
    endpoint("all");
    Reply nothing = poll(poller("all"));
    assertThat(nothing.at("/data").isEmpty()).isTrue();
    assertThat(done(nothing)).isTrue();

    List<String> sent = send(5);
    Reply page = poll(poller("all") + "?limit=2", nothing);
    assertThat(Deliveries.ids(page)).isEqualTo(sent.subList(0, 2));
    assertThat(done(page)).isFalse();
    assertThat(page.at("/data/0/payload").toString()).isEqualTo("{\"n\":1}");
    page = poll(poller("all") + "?limit=3", page);
    assertThat(Deliveries.ids(page)).isEqualTo(sent.subList(2, 5));
    page = poll(poller("all"), page);
    assertThat(page.at("/data").isEmpty()).isTrue();
    assertThat(done(page)).isTrue();
    assertThat(pollAll(poller("all") + "?limit=2")).isEqualTo(sent);

    String later = on.send("b");
    assertThat(Deliveries.ids(poll(poller("all"), page))).containsExactly(later);
  }

  @Test
  void readsWhatTheEndpointListensTo() {
    for (String type : List.of("invoice.paid", "invoice.sent")) {
      on.api.put("/api/v1/event-type/" + type, "{\"description\":\"\"}").expect(201);
    }
    endpoint("type", "\"filterTypes\":[\"invoice.paid\"]");
    endpoint("pattern", "\"filterTypes\":[\"invoice.*\"]");
    endpoint("channel", "\"channels\":[\"eu\"]");
    endpoint("channels", "\"channels\":[\"eu\",\"us\"],\"filterTypes\":[\"invoice.paid\"]");
    on.endpoint("enabled", "/ok", "\"filterTypes\":[\"invoice.sent\"]");
    String other = on.send("user.created");
    String sent = on.send("invoice.sent");
    String paid = on.send("invoice.paid");
    String eu = on.send("invoice.paid", "\"channels\":[\"eu\"]");
    String us = on.send("invoice.paid", "\"channels\":[\"us\",\"apac\"]");
    String apac = on.send("invoice.paid", "\"channels\":[\"apac\"]");

    assertThat(pollAll(poller("type"))).containsExactly(paid, eu, us, apac);
    for (int limit : List.of(1, 2, 250)) {
      assertThat(pollAll(poller("pattern") + "?limit=" + limit))
          .containsExactly(sent, paid, eu, us, apac);
      assertThat(pollAll(poller("channels") + "?limit=" + limit)).containsExactly(eu, us);
    }
    assertThat(pollAll(poller("channel"))).containsExactly(eu);
    assertThat(pollAll(poller("enabled"))).containsExactly(sent);
    assertThat(pollAll(poller("pattern") + "?event_type=invoice.sent")).containsExactly(sent);
    assertThat(pollAll(poller("pattern") + "?event_type=user.created"))
        .as("the endpoint does not listen to " + other)
        .isEmpty();
    assertThat(pollAll(poller("channels") + "?channel=apac")).containsExactly(us);
  }

  @Test
  void readsFromATimeOn() {
    endpoint("all");
    List<String> sent = send(3);
    String second =
        on.api.get(on.app + "/msg/" + sent.get(1)).expect(200).at("/timestamp").asString();
    assertThat(pollAll(poller("all") + "?after=" + second))
        .isSubsetOf(sent)
        .contains(sent.get(1), sent.get(2));
    assertThat(pollAll(poller("all") + "?after=9999-01-01T00:00:00Z")).isEmpty();
    assertThat(pollAll(poller("all") + "?after=1970-01-01T00:00:00Z")).isEqualTo(sent);
    on.api.get(poller("all") + "?after=soon").expect(422);
  }

  @Test
  void endsAPageWhereItsPayloadsAreLarge() {
    endpoint("all");
    String payload = "\"" + "x".repeat(1_000_000) + "\"";
    String body = "{\"eventType\":\"a\",\"payload\":" + payload + "}";
    List<String> sent =
        IntStream.range(0, 5)
            .mapToObj(i -> on.api.post(on.app + "/msg", body).expect(202).id())
            .toList();
    Reply first = poll(poller("all"));
    assertThat(first.at("/data").size()).as("what fits into 2 MiB").isEqualTo(2);
    assertThat(done(first)).isFalse();
    assertThat(pollAll(poller("all"))).isEqualTo(sent);
    assertThat(pollAll(consumer("c"))).isEqualTo(sent);
  }

  @Test
  void remembersHowFarAConsumerHasCome() {
    endpoint("all");
    List<String> sent = send(4);
    Reply first = poll(consumer("c") + "?limit=2");
    assertThat(Deliveries.ids(first)).isEqualTo(sent.subList(0, 2));
    Reply again = poll(consumer("c") + "?limit=2");
    assertThat(again.text()).as("nobody said that it has them").isEqualTo(first.text());

    Reply second = poll(consumer("c") + "?limit=1", first);
    assertThat(Deliveries.ids(second)).isEqualTo(sent.subList(2, 3));
    assertThat(poll(consumer("c") + "?limit=1", first).text())
        .as("the answer was lost, and it asks again")
        .isEqualTo(second.text());
    assertThat(Deliveries.ids(poll(consumer("other")))).isEqualTo(sent);

    on.server.restart();
    assertThat(poll(consumer("c") + "?limit=1").text()).isEqualTo(second.text());
    assertThat(Deliveries.ids(poll(consumer("c"), second))).isEqualTo(sent.subList(3, 4));
  }

  @Test
  void tellsTwoWhoShareTheNameOfAConsumer() {
    endpoint("all");
    List<String> sent = send(4);
    Reply one = poll(consumer("c") + "?limit=1");
    Reply other = poll(consumer("c") + "?limit=2");
    Reply moved = poll(consumer("c") + "?limit=1", one);
    Reply refused = on.api.get(consumer("c") + "?iterator=" + iterator(other)).expect(409);
    assertThat(refused.at("/detail").asString()).startsWith("iterator: ");
    assertThat(Deliveries.ids(poll(consumer("c")))).isEqualTo(sent.subList(1, 4));
    assertThat(Deliveries.ids(poll(consumer("c"), moved))).isEqualTo(sent.subList(2, 4));
  }

  @Test
  void seeks() {
    endpoint("all");
    List<String> sent = send(3);
    Reply end = poll(consumer("c"));
    assertThat(poll(consumer("c"), end).at("/data").isEmpty()).isTrue();

    String body = "{\"after\":\"" + Instant.EPOCH + "\"}";
    String[] key = {"Idempotency-Key", "k"};
    Reply sought = on.api.post(consumer("c") + "/seek", body, key).expect(200);
    assertThat(Deliveries.ids(poll(consumer("c")))).isEqualTo(sent);
    assertThat(Deliveries.ids(poll(consumer("c"), sought))).isEqualTo(sent);
    on.api.get(consumer("c") + "?iterator=" + iterator(end)).expect(200);
    assertThat(on.api.post(consumer("c") + "/seek", body, key).expect(200).text())
        .as("once for a key")
        .isEqualTo(sought.text());
    assertThat(poll(consumer("c")).at("/data").isEmpty()).isTrue();

    on.api.post(consumer("c") + "/seek", "{}").expect(422);
    on.api.post(consumer("c") + "/seek", "{\"after\":\"soon\"}").expect(422);
  }

  @Test
  void refusesAnIteratorFromBeforeASeek() {
    endpoint("all");
    send(3);
    Reply first = poll(consumer("c") + "?limit=1");
    Reply second = poll(consumer("c") + "?limit=1", first);
    String future = "{\"after\":\"" + Instant.now().plusSeconds(60) + "\"}";
    on.api.post(consumer("c") + "/seek", future).expect(200);
    on.api.get(consumer("c") + "?iterator=" + iterator(second)).expect(409);
    assertThat(poll(consumer("c")).at("/data").isEmpty()).isTrue();
  }

  @Test
  void remembersTheConsumersThatMovedLast() {
    endpoint("all");
    List<String> sent = send(1);
    String body = "{\"after\":\"9999-01-01T00:00:00Z\"}";
    for (int i = 0; i <= Polling.MOST_CONSUMERS; i++) {
      on.api.post(consumer("c" + i) + "/seek", body).expect(200);
    }
    assertThat(IntStream.rangeClosed(0, Polling.MOST_CONSUMERS))
        .filteredOn(i -> !poll(consumer("c" + i)).at("/data").isEmpty())
        .as("those that begin anew")
        .hasSize(1);
    assertThat(Deliveries.ids(poll(consumer("unknown")))).isEqualTo(sent);
  }

  @Test
  void forgetsTheConsumersOfAnEndpointThatGoes() {
    endpoint("all");
    send(1);
    poll(consumer("c"), poll(consumer("c")));
    on.api.delete(on.app + "/endpoint/all").expect(204);
    on.api.get(poller("all")).expect(404);
    on.api.get(consumer("c")).expect(404);
    endpoint("all");
    List<String> sent = send(1);
    assertThat(Deliveries.ids(poll(consumer("c")))).isEqualTo(sent);
  }

  @Test
  void refusesWhatIsNoIterator() {
    endpoint("all");
    String id = on.send("a");
    for (String iterator : List.of("x", id, "pos_", ".", "a.b")) {
      on.api.get(poller("all") + "?iterator=" + iterator).expect(422);
      on.api.get(consumer("c") + "?iterator=" + iterator).expect(422);
    }
    on.api.get(poller("all") + "?limit=0").expect(422);
    on.api.get(consumer("c".repeat(257))).expect(422);
    assertThat(Deliveries.ids(poll(consumer("c%20%2F%C3%A9")))).containsExactly(id);
  }

  @Test
  void movesAConsumerOnlyForThoseWhoMayChangeTheEndpoint() {
    endpoint("all");
    List<String> sent = send(1);
    String portal = "/api/v1/auth/app-portal-access/" + on.appId;
    ApiClient looks =
        on.server.client(
            on.api.post(portal, "{\"readOnly\":true}").expect(200).at("/token").asString());
    assertThat(Deliveries.ids(looks.get(poller("all")).expect(200))).isEqualTo(sent);
    looks.get(consumer("c")).expect(403);
    looks.post(consumer("c") + "/seek", "{\"after\":\"2026-01-01T00:00:00Z\"}").expect(403);
    ApiClient customer = on.server.application(on.appId);
    assertThat(Deliveries.ids(customer.get(consumer("c")).expect(200))).isEqualTo(sent);
  }
}
