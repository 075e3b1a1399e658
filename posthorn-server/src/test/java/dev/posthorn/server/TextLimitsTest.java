package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Limits on the text that the server stores for a client and returns at once. */
class TextLimitsTest {
  private static final int PAGE = 2 << 20;

  @AutoClose
  private final ServerFixture server =
      ServerFixture.start(
          options ->
              ServerFixture.engine(options, options.engine().withEndpointsPerApplication(40)));

  private final ApiClient environment = server.api();
  private final String appId =
      environment.post("/api/v1/app", "{\"name\":\"Acme\"}").expect(201).id();
  private final String app = "/api/v1/app/" + appId;

  /** A client with a customer's token. */
  private final ApiClient portal = server.application(appId);

  private static String entries(int count, int key, int value) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                "\"" + (i + "k".repeat(key)).substring(0, key) + "\":\"" + "v".repeat(value) + "\"")
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String names(int count, int length) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"" + (i + "n".repeat(length)).substring(0, length) + "\"")
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static String value(String kind) {
    String[] parts = kind.split(" ", -1);
    int first = Integer.parseInt(parts[1]);
    return switch (parts[0]) {
      case "text" -> "\"" + "x".repeat(first) + "\"";
      case "url" -> "\"https://example.com/" + "x".repeat(first - 20) + "\"";
      case "names" -> names(first, Integer.parseInt(parts[2]));
      default -> entries(first, Integer.parseInt(parts[2]), Integer.parseInt(parts[3]));
    };
  }

  @ParameterizedTest
  @CsvSource({
    "description, text 4096, text 4097, 4096",
    "uid, text 256, text 257, 256",
    "url, url 2048, url 2049, 2048",
    "metadata, map 50 10 100, map 51 10 10, 50",
    "metadata, map 1 100 1, map 1 101 1, 100",
    "metadata, map 1 1 500, map 1 1 501, 500",
    "metadata, map 16 12 500, map 16 13 500, 8192",
    "eventTypes, names 1000 16, names 1001 4, 1000",
    "eventTypes, names 64 256, names 65 253, 16384",
    "eventTypes, names 1 256, names 1 257, invoice.paid",
    "channels, names 10 128, names 11 5, 10",
    "channels, names 1 128, names 1 129, 128",
    "headers, map 50 20 100, map 51 20 10, 50",
    "headers, map 1 10 8000, map 2 10 5000, 8192",
  })
  void anEndpointHasBounds(String field, String most, String tooMuch, String limit) {
    String url = field.equals("url") ? "" : "\"url\":\"https://example.com/\",";
    String all = app + "/endpoint";
    if (field.equals("eventTypes")) {
      createTypes(value(most));
    }
    portal.post(all, "{" + url + "\"" + field + "\":" + value(most) + "}").expect(201);
    String refusable = "{" + url + "\"" + field + "\":" + value(tooMuch) + "}";
    String id = portal.post(all, "{\"url\":\"https://example.com/\"}").expect(201).id();
    for (Reply refused :
        List.of(portal.post(all, refusable), portal.patch(all + "/" + id, refusable))) {
      refused.expect(422);
      assertThat(refused.at("/detail/0/loc").toString()).isEqualTo("[\"body\",\"" + field + "\"]");
      assertThat(refused.at("/detail/0/msg").asString()).contains(limit).hasSizeLessThan(1_000);
    }
  }

  private void createTypes(String names) {
    String types = names.replaceAll("(\"\\w+\")", "{\"name\":$1,\"description\":\"\"}");
    environment.post("/api/v1/environment/import", "{\"eventTypes\":" + types + "}").expect(204);
  }

  @Test
  void anApplicationAnEventTypeAndATokenHaveBounds() {
    String name = "\"name\":" + value("text 257");
    environment.post("/api/v1/app", "{" + name + "}").expect(422);
    environment.patch(app, "{" + name + "}").expect(422);
    environment
        .post("/api/v1/management/authentication/org_fixture/api-token", "{" + name + "}")
        .expect(422);
    environment
        .post("/api/v1/app", "{\"name\":\"a\",\"metadata\":" + value("map 17 1 500") + "}")
        .expect(422);
    String type = "{\"name\":\"a.b\",\"description\":";
    environment.post("/api/v1/event-type", type + value("text 4097") + "}").expect(422);
    String schemas = "\"d\",\"schemas\":{\"1\":{\"description\":" + value("text 131072") + "}}}";
    environment.post("/api/v1/event-type", type + schemas).expect(422);
    environment.post("/api/v1/event-type", type + value("text 4096") + "}").expect(201);
  }

  @ParameterizedTest
  @CsvSource({
    "channel, text 256, text 257, 256",
    "tag, text 256, text 257, 256",
    "eventTypes, names 64 256, names 65 253, 16384",
  })
  void aTaskHasBounds(String field, String most, String tooMuch, String limit) {
    String id = portal.post(app + "/endpoint", "{\"url\":\"https://a.test/\"}").expect(201).id();
    String replays = app + "/endpoint/" + id + "/bulk-replay";
    String order = "{\"since\":\"2026-01-01T00:00:00Z\",\"" + field + "\":";
    portal.post(replays, order + value(most) + "}").expect(202);
    Reply refused = portal.post(replays, order + value(tooMuch) + "}").expect(422);
    assertThat(refused.at("/detail/0/loc").toString()).isEqualTo("[\"body\",\"" + field + "\"]");
    assertThat(refused.at("/detail/0/msg").asString()).contains(limit).hasSizeLessThan(1_000);
  }

  @Test
  void anApplicationHasABoundOfEndpoints() {
    String endpoint = "{\"url\":\"https://example.com/\"}";
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      ids.add(portal.post(app + "/endpoint", endpoint).expect(201).id());
    }
    Reply refused = portal.post(app + "/endpoint", endpoint).expect(409);
    assertThat(refused.at("/detail").asString()).contains("40").contains("remove some");
    portal.put(app + "/endpoint/new", endpoint).expect(409);
    portal.delete(app + "/endpoint/" + ids.get(0)).expect(204);
    portal.post(app + "/endpoint", endpoint).expect(201);
  }

  @Test
  void whatIsTooLargeFromBeforeIsListedInPagesThatEndEarly() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      ids.add(
          portal.post(app + "/endpoint", "{\"url\":\"https://example.com/\"}").expect(201).id());
    }
    server.restart(() -> describe(200_000));
    String all = app + "/endpoint?limit=100&order=ascending";
    List<String> seen = new ArrayList<>();
    int pages = 0;
    String iterator = "";
    String back = "";
    for (boolean done = false; !done; pages++) {
      Reply page = portal.get(all + iterator).expect(200);
      assertThat(page.body().length).isLessThanOrEqualTo(PAGE + 1_000);
      page.at("/data").forEach(one -> seen.add(one.get("id").asString()));
      done = page.at("/done").asBoolean();
      iterator = "&iterator=" + page.at("/iterator").asString();
      back = "&iterator=" + page.at("/prevIterator").asString();
    }
    assertThat(seen).isEqualTo(ids);
    assertThat(pages).isEqualTo(3);
    // Back again: the ten before the last page, nearest to it.
    Reply before = portal.get(all + back).expect(200);
    assertThat(before.at("/data").valueStream().map(one -> one.get("id").asString()))
        .isEqualTo(ids.subList(10, 20));
    assertThat(before.at("/done").asBoolean()).isFalse();
    // It can still be changed, apart from what is too large.
    String first = app + "/endpoint/" + ids.get(0);
    portal.patch(first, "{\"ordered\":true}").expect(200);
    portal.patch(first, "{\"description\":\"short\"}").expect(200);
  }

  private void describe(int length) {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + server.database());
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE endpoint SET description = hex(zeroblob(" + length / 2 + "))");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aPageOfMessagesWithTheirPayloadsEndsEarly() {
    String body = "{\"eventType\":\"a.b\",\"payload\":{\"a\":\"" + "x".repeat(700_000) + "\"}}";
    for (int i = 0; i < 5; i++) {
      environment.post(app + "/msg", body).expect(202);
    }
    Reply page = portal.get(app + "/msg?limit=50").expect(200);
    assertThat(page.at("/data")).hasSize(2);
    assertThat(page.at("/done").asBoolean()).isFalse();
    Reply next = portal.get(app + "/msg?limit=50&iterator=" + page.at("/iterator").asString());
    assertThat(next.at("/data")).hasSize(2);
    Reply last = portal.get(app + "/msg?limit=50&iterator=" + next.at("/iterator").asString());
    assertThat(last.at("/data")).hasSize(1);
    assertThat(last.at("/done").asBoolean()).isTrue();
  }
}
