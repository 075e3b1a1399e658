package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Await;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints over HTTP. */
class EndpointApiTest {
  @AutoClose private final Deliveries on = new Deliveries();
  private final String all = on.app + "/endpoint";
  private final String url = "\"url\":\"" + on.receiver.url("/ok") + "\"";

  @Test
  void showsWhatPosthornAdds() {
    Reply made =
        on.api
            .post(
                all,
                "{"
                    + url
                    + ",\"ordered\":true,\"retrySchedule\":[1,2],\"concurrency\":3,"
                    + "\"timeoutSeconds\":4,\"eventTypes\":[\"invoice.*\"]}")
            .expect(201);
    assertThat(made.at("/ordered").asBoolean()).isTrue();
    assertThat(made.at("/paused").asBoolean()).isFalse();
    assertThat(made.at("/state").asString()).isEqualTo("enabled");
    assertThat(made.at("/retrySchedule").toString()).isEqualTo("[1,2]");
    assertThat(made.at("/concurrency").asInt()).isEqualTo(3);
    assertThat(made.at("/timeoutSeconds").asInt()).isEqualTo(4);
    assertThat(made.at("/filterTypes").toString()).isEqualTo("[\"invoice.*\"]");
    assertThat(on.api.get(all + "/" + made.id()).expect(200).json()).isEqualTo(made.json());
    assertThat(on.api.get(all).expect(200).at("/data/0")).isEqualTo(made.json());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://user:word@example.com/",
        "http://example.com/#part",
        "http://2130706433/",
        "http://0x7f.1/",
        "ftp://example.com/",
        "example.com"
      })
  void refusesUrlsThatCanBeReadInMoreThanOneWay(String bad) {
    Reply refused = on.api.post(all, "{\"url\":\"" + bad + "\"}").expect(422);
    assertThat(refused.at("/detail/0/loc").toString()).isEqualTo("[\"body\",\"url\"]");
  }

  @Test
  void theUrlThatIsShownIsTheOneThatRequestsGoTo() {
    String given = on.receiver.url("/ok/a b|?c[]={d}").replace("http:", "HTTP:");
    String shown = on.receiver.url("/ok/a%20b%7C?c%5B%5D=%7Bd%7D");
    Reply made = on.api.put(all + "/one", "{\"url\":\"" + given + "\"}").expect(201);
    assertThat(made.at("/url").asString()).isEqualTo(shown);
    Reply again = on.api.put(all + "/one", "{\"url\":\"" + shown + "\"}").expect(200);
    assertThat(again.at("/url").asString()).isEqualTo(shown);
    on.send("a");
    on.receiver.awaitRequests(1);
    assertThat(on.receiver.url(on.receiver.requests().getFirst().path())).isEqualTo(shown);
  }

  @Test
  void putCreatesOrReplacesAndKeepsWhatOlderClientsDoNotKnow() {
    Reply made = on.api.put(all + "/one", "{" + url + ",\"description\":\"d\"}").expect(201);
    assertThat(made.at("/uid").asString()).isEqualTo("one");
    on.api.patch(all + "/one", "{\"ordered\":true,\"retrySchedule\":[7]}").expect(200);
    Reply replaced = on.api.put(all + "/one", "{" + url + ",\"uid\":\"one\"}").expect(200);
    assertThat(replaced.id()).isEqualTo(made.id());
    assertThat(replaced.at("/description").asString()).isEmpty();
    assertThat(replaced.at("/ordered").asBoolean()).isTrue();
    assertThat(replaced.at("/retrySchedule").toString()).isEqualTo("[7]");
    on.api.put(all + "/one", "{}").expect(422);
    on.api.put(all + "/no%20name", "{" + url + "}").expect(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",\"uid\":null"})
  void theSamePutTwiceIsTheSameState(String more) {
    String operational = "/api/v1/operational-webhook/endpoint";
    for (String list : List.of(all, operational)) {
      String body = "{" + url + more + "}";
      String created = on.api.put(list + "/one", body).id();
      for (int again = 0; again < 3; again++) {
        Reply replaced = on.api.put(list + "/one", body).expect(200);
        assertThat(replaced.id()).isEqualTo(created);
        assertThat(replaced.at("/uid").asString()).isEqualTo("one");
      }
      assertThat(Deliveries.ids(on.api.get(list).expect(200))).containsExactly(created);
    }
  }

  @Test
  void aPutByIdReplacesTheUidToo() {
    String id = on.endpoint("one", "/ok");
    Reply renamed = on.api.put(all + "/" + id, "{" + url + ",\"uid\":\"two\"}").expect(200);
    assertThat(renamed.at("/uid").asString()).isEqualTo("two");
    assertThat(on.api.put(all + "/" + id, "{" + url + "}").expect(200).at("/uid").isNull())
        .isTrue();
    on.api.get(all + "/two").expect(404);
  }

  @Test
  void patchTellsNullFromAbsent() {
    on.endpoint("one", "/ok", "\"channels\":[\"c\"],\"throttleRate\":9,\"metadata\":{\"a\":\"b\"}");
    Reply same = on.api.patch(all + "/one", "{\"description\":\"d\",\"ordered\":true}").expect(200);
    assertThat(same.at("/description").asString()).isEqualTo("d");
    assertThat(same.at("/ordered").asBoolean()).isTrue();
    assertThat(same.at("/channels").toString()).isEqualTo("[\"c\"]");
    assertThat(same.at("/throttleRate").asInt()).isEqualTo(9);
    Reply none =
        on.api.patch(all + "/one", "{\"channels\":null,\"throttleRate\":null}").expect(200);
    assertThat(none.at("/channels").isNull()).isTrue();
    assertThat(none.at("/throttleRate").isNull()).isTrue();
    assertThat(none.at("/metadata/a").asString()).isEqualTo("b");
    on.api.patch(all + "/none", "{}").expect(404);
  }

  @Test
  void namesOnlyEventTypesThatThereAre() {
    String types = "/api/v1/event-type";
    String wants = "{" + url + ",\"uid\":\"one\",\"%s\":[\"a\",\"new\"]}";
    for (String name : List.of("eventTypes", "filterTypes")) {
      Reply refused = on.api.post(all, wants.formatted(name)).expect(422);
      assertThat(refused.at("/detail/0/loc").toString()).isEqualTo("[\"body\",\"" + name + "\"]");
      assertThat(refused.at("/detail/0/msg").asString()).contains(": \"new\";");
    }
    on.api.put(all + "/one", wants.formatted("eventTypes")).expect(422);
    on.api.put(types + "/new", "{\"description\":\"\"}").expect(201);
    on.api.put(all + "/one", wants.formatted("eventTypes")).expect(201);
    on.api.post(types, "{\"name\":\"more\",\"description\":\"\"}").expect(201);
    on.api.delete(types + "/more?expunge=true").expect(204);
    on.api.patch(all + "/one", "{\"filterTypes\":[\"more\"]}").expect(422);
    on.api.patch(all + "/one", "{\"filterTypes\":[\"b\",\"more.*\"]}").expect(200);
  }

  @Test
  void keepsEventTypesThatAreNoLongerThere() {
    String types = "/api/v1/event-type";
    String wants = "{" + url + ",\"uid\":\"%s\",\"eventTypes\":[\"a\",\"b\"]}";
    on.api.put(all + "/one", wants.formatted("one")).expect(201);
    on.api.delete(types + "/a").expect(204);
    on.api.delete(types + "/b?expunge=true").expect(204);
    on.api.put(all + "/one", wants.formatted("one")).expect(200);
    on.api.patch(all + "/one", "{\"eventTypes\":[\"a\"]}").expect(200);
    on.api.patch(all + "/one", "{\"eventTypes\":[\"b\"]}").expect(422);
    on.api.put(all + "/two", wants.formatted("two")).expect(422);
  }

  @Test
  void customersChooseWhatTheySee() {
    String types = "/api/v1/event-type";
    on.api.put(types + "/secret", "{\"description\":\"\",\"featureFlags\":[\"beta\"]}").expect(201);
    String wants = "{" + url + ",\"uid\":\"one\",\"eventTypes\":[\"secret\"]}";
    ApiClient customer = on.server.application(on.appId);
    customer.post(all, wants).expect(422);
    on.api.post(all, wants).expect(201);
    customer.patch(all + "/one", "{\"eventTypes\":[\"a\",\"secret\"]}").expect(200);
  }

  @Test
  void aRateIsAtLeastOne() {
    on.endpoint("one", "/ok");
    for (String name : List.of("throttleRate", "rateLimit")) {
      String none = "\"" + name + "\":0}";
      on.api.post(all, "{" + url + "," + none).expect(422);
      on.api.put(all + "/one", "{" + url + "," + none).expect(422);
      on.api.patch(all + "/one", "{" + none).expect(422);
      on.api.patch(on.app, "{" + none).expect(422);
      on.api.put(on.app, "{\"name\":\"x\"," + none).expect(422);
    }
    on.api.patch(all + "/one", "{\"throttleRate\":1}").expect(200);
  }

  @Test
  void thereIsOneVersion() {
    on.api.post(all, "{" + url + ",\"uid\":\"one\",\"version\":1}").expect(201);
    on.api.put(all + "/one", "{" + url + ",\"uid\":\"one\",\"version\":null}").expect(200);
    on.api.patch(all + "/one", "{\"version\":1}").expect(200);
    for (String other : List.of("0", "2", "\"1\"", "1.5")) {
      Reply refused = on.api.post(all, "{" + url + ",\"version\":" + other + "}").expect(422);
      assertThat(refused.at("/detail/0/loc").toString()).isEqualTo("[\"body\",\"version\"]");
      on.api.patch(all + "/one", "{\"version\":" + other + "}").expect(422);
    }
  }

  @Test
  void aClientThatKnowsOnlyTheOlderNameOfTheRateLimitKeepsIt() {
    String one = all + "/" + on.endpoint("one", "/ok", "\"rateLimit\":9");
    Reply shown = on.api.get(one).expect(200);
    assertThat(shown.at("/throttleRate").asInt()).isEqualTo(9);
    assertThat(shown.at("/rateLimit").asInt()).isEqualTo(9);
    assertThat(on.api.get(all).at("/data/0/rateLimit").asInt()).isEqualTo(9);
    String back = "{" + url + ",\"rateLimit\":" + shown.at("/rateLimit") + "}";
    assertThat(on.api.put(one, back).expect(200).at("/throttleRate").asInt()).isEqualTo(9);
    Reply both = on.api.patch(one, "{\"throttleRate\":null,\"rateLimit\":9}").expect(200);
    assertThat(both.at("/rateLimit").isNull()).as("the newer name counts").isTrue();
  }

  @Test
  void listsAllPageByPageThereAndBack() {
    List<String> made = IntStream.range(0, 5).mapToObj(i -> on.endpoint("e" + i, "/ok")).toList();
    assertThat(on.walk(all, 2)).as("newest first").isEqualTo(made.reversed());
    assertThat(on.walk(all + "?order=descending", 2)).isEqualTo(made.reversed());
    assertThat(on.walk(all + "?order=ascending", 2)).isEqualTo(made);
  }

  @Test
  void deleteCancelsWhatWaits() {
    on.endpoint("held", "/ok");
    on.api.post(all + "/held/pause", null).expect(200);
    String message = on.send("a");
    on.awaitLive(message, 1);
    on.api.delete(all + "/held").expect(204);
    on.api.get(all + "/held").expect(404);
    on.awaitLive(message, 0);
    assertThat(on.receiver.count()).isZero();
  }

  @Test
  void onePausedHoldsDeliveriesBackUntilItIsResumed() {
    on.endpoint("held", "/ok");
    assertThat(on.api.post(all + "/held/pause", null).expect(200).at("/state").asString())
        .isEqualTo("paused");
    String message = on.send("a");
    on.awaitStatus(message, 1);
    on.api.post(all + "/held/resume", null).expect(200);
    on.awaitStatus(message, 0);
    on.api.patch(all + "/held", "{\"disabled\":true}").expect(200);
    on.api.post(all + "/held/pause", null).expect(409);
  }

  // ---- secrets and headers -------------------------------------------------------------------

  private int signatures(int request) {
    Await.until(request + " requests", () -> on.receiver.count() >= request);
    String signatures =
        String.valueOf(on.receiver.requests().get(request - 1).header("webhook-signature"));
    return signatures.split(" ", -1).length;
  }

  @Test
  void bothSecretsSignUntilTheGraceIsOver() {
    on.endpoint("one", "/ok");
    String rotate = all + "/one/secret/rotate";
    on.api.post(rotate, "{}").expect(204);
    on.awaitStatus(on.send("a"), 0);
    assertThat(signatures(1)).isEqualTo(2);
    on.api.post(rotate, "{\"gracePeriodSeconds\":0}").expect(204);
    on.awaitStatus(on.send("a"), 0);
    assertThat(signatures(2)).isEqualTo(1);
    for (int i = 0; i < 10; i++) {
      on.api.post(rotate, "{}").expect(204);
    }
    Reply eleventh = on.api.post(rotate, "{}").expect(400);
    assertThat(eleventh.at("/code").asString()).isEqualTo("limit_reached");
    assertThat(eleventh.at("/detail").asString()).contains("11 secrets sign already", "grace");
    on.awaitStatus(on.send("a"), 0);
    assertThat(signatures(3)).isEqualTo(11);
    on.api.post(rotate, "{\"gracePeriodSeconds\":0}").expect(204);
    on.api.post(rotate, "{\"gracePeriodSeconds\":-1}").expect(422);
    on.api.post(rotate, "{\"key\":\"short\"}").expect(422);
  }

  @Test
  void onlyClientsOfVersion2GetTheNewSecretAtOnce() {
    on.endpoint("one", "/ok");
    String rotate = all + "/one/secret/rotate";
    String[] second = {"User-Agent", "svix-libs/2.9.1/python"};
    String key = on.api.post(rotate, "{}", second).expect(200).at("/key").asString();
    assertThat(on.api.get(all + "/one/secret").expect(200).at("/key").asString()).isEqualTo(key);
    String[] first = {"User-Agent", "svix-libs/1.99.1/python"};
    assertThat(on.api.post(rotate, "{}", first).expect(204).body()).isEmpty();
    assertThat(on.api.get(all + "/one/secret").at("/key").asString()).isNotEqualTo(key);
  }

  @Test
  void sensitiveHeadersAreSentButNotShown() {
    on.endpoint("one", "/ok");
    String headers = all + "/one/headers";
    on.api.put(headers, "{\"headers\":{\"X-One\":\"1\",\"Authorization\":\"s\"}}").expect(204);
    Reply shown = on.api.get(headers).expect(200);
    assertThat(shown.at("/headers").toString()).isEqualTo("{\"X-One\":\"1\"}");
    assertThat(shown.at("/sensitive").toString()).isEqualTo("[\"Authorization\"]");
    on.awaitStatus(on.send("a"), 0);
    assertThat(on.receiver.requests().get(0).header("Authorization")).isEqualTo("s");
    assertThat(on.receiver.requests().get(0).header("X-One")).isEqualTo("1");
  }

  @Test
  void aPatchOfHeadersAddsChangesAndRemoves() {
    on.endpoint("one", "/ok");
    String headers = all + "/one/headers";
    on.api.put(headers, "{\"headers\":{\"X-A\":\"1\",\"X-B\":\"1\",\"X-C\":\"1\"}}").expect(204);
    on.api
        .patch(
            headers,
            "{\"headers\":{\"x-a\":\"2\",\"X-B\":null,\"X-D\":\"4\"},\"deleteHeaders\":[\"X-C\"]}")
        .expect(204);
    assertThat(on.api.get(headers).expect(200).at("/headers").toString())
        .isEqualTo("{\"x-a\":\"2\",\"X-D\":\"4\"}");
    on.api.put(headers, "{\"headers\":{}}").expect(204);
    assertThat(on.api.get(headers).at("/headers").isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "webhook-id",
        "svix-id",
        "X-Svix-Foo",
        "Content-Length",
        "Host",
        "no name",
        "User-Agent",
        "content-type",
        "Content-Encoding",
        "Cache-Control",
        "X-Amzn-Foo"
      })
  void headersThatSignOrFrameTheRequestAreRefused(String name) {
    on.endpoint("one", "/ok");
    on.api.put(all + "/one/headers", "{\"headers\":{\"" + name + "\":\"1\"}}").expect(422);
    on.api.patch(all + "/one/headers", "{\"headers\":{\"" + name + "\":\"1\"}}").expect(422);
    on.api.post(all, "{" + url + ",\"headers\":{\"" + name + "\":\"1\"}}").expect(422);
    on.api.patch(all + "/one/headers", "{\"headers\":{\"" + name + "\":null}}").expect(204);
  }
}
