package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Applications over HTTP. */
class ApplicationApiTest {
  private static final String ALL = "/api/v1/app";

  @AutoClose private final Deliveries on = new Deliveries();
  private final ApiClient api = on.server.environment("org_applications");

  private String create(String json) {
    return api.post(ALL, json).expect(201).id();
  }

  @Test
  void givesTheOneThatIsThereIfAsked() {
    String id = create("{\"name\":\"Acme\",\"uid\":\"acme\"}");
    api.post(ALL, "{\"name\":\"Other\",\"uid\":\"acme\"}").expect(409);
    Reply same =
        api.post(ALL + "?get_if_exists=true", "{\"name\":\"Other\",\"uid\":\"acme\"}").expect(200);
    assertThat(same.id()).isEqualTo(id);
    assertThat(same.at("/name").asString()).isEqualTo("Acme");
    api.post(ALL + "?get_if_exists=true", "{\"name\":\"New\",\"uid\":\"new\"}").expect(201);
  }

  @Test
  void aClientThatKnowsOnlyTheOlderNameOfTheRateLimitKeepsIt() {
    create("{\"name\":\"Acme\",\"uid\":\"acme\",\"throttleRate\":5}");
    Reply shown = api.get(ALL + "/acme").expect(200);
    assertThat(shown.at("/rateLimit").asInt()).isEqualTo(5);
    String back = "{\"name\":\"A\",\"uid\":\"acme\",\"rateLimit\":" + shown.at("/rateLimit") + "}";
    assertThat(api.put(ALL + "/acme", back).expect(200).at("/throttleRate").asInt()).isEqualTo(5);
    String both = "{\"name\":\"A\",\"uid\":\"acme\",\"throttleRate\":null,\"rateLimit\":5}";
    assertThat(api.put(ALL + "/acme", both).expect(200).at("/rateLimit").isNull())
        .as("the newer name counts")
        .isTrue();
  }

  @Test
  void putReplacesOrCreatesUnderTheUidOfThePath() {
    Reply created = api.put(ALL + "/acme", "{\"name\":\"Acme\",\"throttleRate\":5}").expect(201);
    assertThat(created.at("/uid").asString()).isEqualTo("acme");
    Reply replaced = api.put(ALL + "/acme", "{\"name\":\"New\",\"uid\":\"acme\"}").expect(200);
    assertThat(replaced.id()).isEqualTo(created.id());
    assertThat(replaced.at("/throttleRate").isNull()).isTrue();
    Reply unnamed = api.put(ALL + "/" + created.id(), "{\"name\":\"New\"}").expect(200);
    assertThat(unnamed.at("/uid").isNull()).isTrue();
    api.get(ALL + "/acme").expect(404);
    api.put(ALL + "/no%20name", "{\"name\":\"New\"}").expect(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"name\":\"Acme\"}", "{\"name\":\"Acme\",\"uid\":null}"})
  void theSamePutTwiceIsTheSameState(String body) {
    Reply created = api.put(ALL + "/acme", body).expect(201);
    for (int again = 0; again < 3; again++) {
      Reply replaced = api.put(ALL + "/acme", body).expect(200);
      assertThat(replaced.id()).isEqualTo(created.id());
      assertThat(replaced.at("/uid").asString()).isEqualTo("acme");
    }
    assertThat(Deliveries.ids(api.get(ALL).expect(200))).containsExactly(created.id());
  }

  @Test
  void aPutGivesAnotherUidIfItsBodyNamesOne() {
    Reply created = api.put(ALL + "/acme", "{\"name\":\"Acme\"}").expect(201);
    String renaming = "{\"name\":\"Acme\",\"uid\":\"acme-2\"}";
    assertThat(api.put(ALL + "/acme", renaming).expect(200).id()).isEqualTo(created.id());
    api.get(ALL + "/acme").expect(404);
    api.put(ALL + "/acme", renaming).expect(409); // the application with this uid stays unchanged
    assertThat(Deliveries.ids(api.get(ALL).expect(200))).containsExactly(created.id());
  }

  @Test
  void patchTellsNullFromAbsent() {
    create("{\"name\":\"Acme\",\"uid\":\"acme\",\"throttleRate\":5,\"metadata\":{\"a\":\"b\"}}");
    Reply same = api.patch(ALL + "/acme", "{\"name\":\"New\"}").expect(200);
    assertThat(same.at("/name").asString()).isEqualTo("New");
    assertThat(same.at("/throttleRate").asInt()).isEqualTo(5);
    assertThat(same.at("/metadata/a").asString()).isEqualTo("b");
    Reply none = api.patch(ALL + "/acme", "{\"throttleRate\":null,\"uid\":null}").expect(200);
    assertThat(none.at("/throttleRate").isNull()).isTrue();
    assertThat(none.at("/uid").isNull()).isTrue();
    api.patch(ALL + "/acme", "{}").expect(404);
  }

  @Test
  void isFoundByItsIdAndByItsUid() {
    String id = create("{\"name\":\"Acme\",\"uid\":\"acme\"}");
    assertThat(api.get(ALL + "/acme").expect(200).text())
        .isEqualTo(api.get(ALL + "/" + id).expect(200).text());
    on.api.get(ALL + "/acme").expect(404);
    on.api.get(ALL + "/" + id).expect(404);
  }

  @Test
  void listsAllPageByPageOldestFirstThereAndBack() {
    List<String> made =
        IntStream.range(0, 5).mapToObj(i -> create("{\"name\":\"a" + i + "\"}")).toList();
    for (int limit : List.of(1, 2, 5)) {
      assertThat(Deliveries.walk(api, ALL, limit)).isEqualTo(made);
      assertThat(Deliveries.walk(api, ALL + "?order=descending", limit)).isEqualTo(made.reversed());
    }
  }

  @Test
  void deleteRemovesItsEndpointsAndCancelsWhatWaits() {
    String endpoint = on.endpoint("held", "/ok");
    on.api.post(on.app + "/endpoint/held/pause", null).expect(200);
    String message = on.send("a");
    on.awaitLive(message, 1);
    on.api.delete(on.app).expect(204);
    on.api.get(on.app).expect(404);
    on.api.get(on.app + "/endpoint/" + endpoint).expect(404);
    on.api.delete(on.app).expect(404);
    on.awaitLive(message, 0);
    assertThat(on.receiver.count()).isZero();
  }
}
