package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.auth.ConsoleSessions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Bodies that are small on the wire and large in memory, sent to every operation with a body. */
class TreesTest {
  private static final int MOST = 2 << 20;
  private static final int SETTINGS = 512 << 10;

  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  private static ApiClient api;

  /** An operation with a body, and its path with ids. */
  private record Target(String id, String method, String path) {}

  @BeforeAll
  static void makeWhatPathsName() {
    api = SERVER.environment("org_000000000000000000000000001");
    api.post("/api/v1/app", "{\"name\":\"A\",\"uid\":\"acme\"}").expect(201);
    api.post("/api/v1/event-type", "{\"name\":\"a\",\"description\":\"\"}").expect(201);
    api.post(
            "/api/v1/app/acme/endpoint",
            "{\"uid\":\"one\",\"url\":\"" + SERVER.receiver().url("/one") + "\"}")
        .expect(201);
  }

  private static List<Target> targets() {
    List<Target> targets = new ArrayList<>();
    SERVER
        .contract()
        .openApi()
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        method -> {
                          if (method.getValue().has("requestBody")) {
                            targets.add(
                                new Target(
                                    method.getValue().get("operationId").asString(),
                                    method.getKey().toUpperCase(Locale.ROOT),
                                    path.getKey()
                                        .replace("{app_id}", "acme")
                                        .replace("{event_type_name}", "a")
                                        .replaceAll("\\{[a-z_]+}", "one")));
                          }
                        }));
    return targets;
  }

  /** Returns an object with a list of as many empty objects as fit. */
  private static String objects(int bytes) {
    return "{\"x\":[" + "{},".repeat((bytes - 16) / 3) + "{}]}";
  }

  private static void refuseEverywhere(String body, Integer... allowed) {
    List<Target> targets = targets();
    assertThat(targets).hasSizeGreaterThan(30);
    for (Target target : targets) {
      int status =
          api.send(target.method(), target.path(), body, ConsoleSessions.HEADER, "1").status();
      assertThat(status).as(target.toString()).isIn((Object[]) allowed);
    }
  }

  @Test
  void manyValuesAreRefusedOrIgnored() {
    // Imports may have many values, and unknown fields are ignored.
    refuseEverywhere(objects(SETTINGS), 204, 400, 404, 422);
  }

  @Test
  void largeBodiesAreTakenOnlyFromMessagesAndDocuments() {
    refuseEverywhere(objects(MOST), 404, 413, 422);
  }

  @Test
  void deepOnesAreRefused() {
    refuseEverywhere("{\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}", 404, 422);
  }
}
