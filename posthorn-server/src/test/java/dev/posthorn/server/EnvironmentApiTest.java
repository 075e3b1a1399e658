package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings of environments, and export and import between them. */
class EnvironmentApiTest {
  private static final String SETTINGS = "/api/v1/management/environment-settings";
  private static final String RETENTION = "/api/v1/environment/retention";
  private static final String EXPORT = "/api/v1/environment/export";
  private static final String IMPORT = "/api/v1/environment/import";
  private static final String TYPES = "/api/v1/event-type";

  @AutoClose private final ServerFixture server = ServerFixture.start();
  private final ApiClient api = server.api();

  @Test
  void settingsShowHowItIs() {
    Reply all = api.get(SETTINGS).expect(200);
    assertThat(all.at("/enableChannels").asBoolean()).isTrue();
    assertThat(all.at("/enforceHttps").asBoolean()).isFalse();
    assertThat(all.at("/retryPolicy").toString()).as("waits of 10 and 20 ms").isEqualTo("[0,0]");
    Reply shown = api.get("/api/v1/environment/settings").expect(200);
    assertThat(shown.at("/enableMessageTags").asBoolean()).isTrue();
    assertThat(shown.json().has("retryPolicy")).isFalse();
    String app = api.post("/api/v1/app", "{\"name\":\"x\"}").expect(201).id();
    server.application(app).get(SETTINGS).expect(403);
    server.client("").get(SETTINGS).expect(401);
  }

  @Test
  void messagesAreKeptAsLongAsTheEnvironmentSays() {
    Reply before = api.get(RETENTION).expect(200);
    assertThat(before.at("/retentionHours").isNull()).isTrue();
    long most = before.at("/serverRetentionHours").asLong();
    assertThat(most).isGreaterThan(24);

    assertThat(
            api.put(RETENTION, "{\"retentionHours\":24}")
                .expect(200)
                .at("/retentionHours")
                .asLong())
        .isEqualTo(24);
    assertThat(api.get(RETENTION).expect(200).at("/retentionHours").asLong()).isEqualTo(24);
    assertThat(server.environment("org_other").get(RETENTION).expect(200).json())
        .as("another environment's")
        .isEqualTo(before.json());
    for (String bad : new String[] {"0", "-1", "1.5", "\"1d\"", String.valueOf(most + 1)}) {
      Reply refused = api.put(RETENTION, "{\"retentionHours\":" + bad + "}").expect(422);
      assertThat(refused.at("/detail/0/loc/1").asString()).isEqualTo("retentionHours");
    }
    assertThat(api.put(RETENTION, "{\"retentionHours\":null}").expect(200).json())
        .isEqualTo(before.json());
    String app = api.post("/api/v1/app", "{\"name\":\"x\"}").expect(201).id();
    server.application(app).get(RETENTION).expect(403);
  }

  @Test
  void settingsThatAreAsTheyAreCanBeGiven() {
    Reply all = api.get(SETTINGS).expect(200);
    assertThat(api.put(SETTINGS, all.text()).expect(200).json()).isEqualTo(all.json());
    String off =
        "{\"displayName\":null,\"enableOtlp\":false,\"applicationAlertEvents\":[],"
            + "\"customThemeOverride\":{}}";
    assertThat(api.patch(SETTINGS, off).expect(200).json()).isEqualTo(all.json());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          enforceHttps  | true    | is always false
          enableChannels| false   | is always true
          retryPolicy   | [1,2]   | change it when the server starts, with --retry-schedule
          displayName   | "Acme"  | is an unknown setting
          enableOtlp    | true    | is an unknown setting
          """)
  void settingsThatCannotBeAreRefusedByName(String name, String value, String problem) {
    String body = "{\"" + name + "\":" + value + "}";
    for (Reply reply : new Reply[] {api.put(SETTINGS, body), api.patch(SETTINGS, body)}) {
      assertThat(reply.expect(422).at("/detail/0/loc/1").asString()).isEqualTo(name);
      assertThat(reply.at("/detail/0/msg").asString()).contains(problem);
    }
    Reply within = api.post(IMPORT, "{\"settings\":" + body + "}").expect(422);
    assertThat(within.at("/detail/0/loc").toString())
        .isEqualTo("[\"body\",\"settings\",\"" + name + "\"]");
  }

  @Test
  void eventTypesAreCarriedOverToAnotherEnvironment() {
    api.post(
            TYPES,
            "{\"name\":\"a.b\",\"description\":\"d\",\"groupName\":\"g\",\"deprecated\":true,"
                + "\"featureFlags\":[\"f\"],\"schemas\":{\"1\":{\"minimum\":1.50}}}")
        .expect(201);
    api.post(TYPES, "{\"name\":\"old\",\"description\":\"\",\"archived\":true}").expect(201);
    String export = api.post(EXPORT, null).expect(200).text();
    ApiClient other = server.environment("org_other");
    other.post(TYPES, "{\"name\":\"kept\",\"description\":\"k\"}").expect(201);
    other.post(TYPES, "{\"name\":\"a.b\",\"description\":\"was\"}").expect(201);
    other.put(TYPES + "/a.b/retry-schedule", "{\"retrySchedule\":[7]}").expect(200);
    other.post(IMPORT, export).expect(204);
    Reply there = other.get(TYPES + "/a.b").expect(200);
    assertThat(there.at("/description").asString()).isEqualTo("d");
    assertThat(there.at("/groupName").asString()).isEqualTo("g");
    assertThat(there.at("/deprecated").asBoolean()).isTrue();
    assertThat(there.at("/featureFlags").toString()).isEqualTo("[\"f\"]");
    assertThat(there.text()).contains("1.50");
    assertThat(other.get(TYPES + "/a.b/retry-schedule").at("/retrySchedule/0/secs").asInt())
        .isEqualTo(7);
    assertThat(other.get(TYPES + "/old").expect(200).at("/archived").asBoolean()).isTrue();
    other.get(TYPES + "/kept").expect(200);
  }

  @Test
  void importIsWholeOrNotAtAll() {
    Reply refused =
        api.post(
                IMPORT,
                "{\"eventTypes\":[{\"name\":\"good\",\"description\":\"\"},{\"name\":\"b d\"}]}")
            .expect(422);
    assertThat(refused.at("/detail/0/loc").toString())
        .isEqualTo("[\"body\",\"eventTypes\",\"1\",\"name\"]");
    api.get(TYPES + "/good").expect(404);
    String one = "{\"name\":\"a\",\"description\":\"\"}";
    api.post(IMPORT, "{\"eventTypes\":[" + one + "," + one + "]}").expect(422);
    api.post(IMPORT, "{\"eventTypes\":[1]}").expect(422);
    api.post(IMPORT, "{\"connectors\":[{\"name\":\"slack\"}]}").expect(422);
    api.post(IMPORT, "{\"connectors\":[],\"settings\":null}").expect(204);
    api.post(IMPORT, "{}").expect(204);
  }
}
