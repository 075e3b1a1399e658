package dev.posthorn.server;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.databind.JsonNode;

/**
 * An application on a server with the event types a and b, and receivers for its endpoints: {@code
 * /ok} answers 200, {@code /fail} 500 until it is repaired, {@code /busy} 503 with a Retry-After of
 * half a minute, and {@code /hang} times out.
 */
final class Deliveries implements AutoCloseable {
  final ServerFixture server = ServerFixture.start();
  final ApiClient api = server.api();
  final AtomicBoolean repaired = new AtomicBoolean();
  final Receiver receiver =
      Receiver.answering(
          request ->
              switch (request.path()) {
                case "/fail" -> repaired.get() ? ok() : Answer.status(500).body("broken");
                case "/busy" -> Answer.status(503).header("Retry-After", "30");
                case "/hang" -> ok().after(Duration.ofMinutes(1));
                default -> ok();
              });
  final String appId;
  final String app;

  Deliveries() {
    appId = api.post("/api/v1/app", "{\"name\":\"Acme\"}").expect(201).id();
    app = "/api/v1/app/" + appId;
    for (String type : List.of("a", "b")) {
      api.put("/api/v1/event-type/" + type, "{\"description\":\"\"}").expect(201);
    }
  }

  private static Answer ok() {
    return Answer.status(200).body("thanks");
  }

  /** Creates an endpoint with a uid and a path of the receiver; returns its id. */
  String endpoint(String uid, String path, String... more) {
    String fields = more.length == 0 ? "" : "," + String.join(",", more);
    return api.post(
            app + "/endpoint",
            "{\"uid\":\"%s\",\"url\":\"%s\"%s}".formatted(uid, receiver.url(path), fields))
        .expect(201)
        .id();
  }

  /** Sends a message; returns its id. */
  String send(String type, String... more) {
    String fields = more.length == 0 ? "" : "," + String.join(",", more);
    return api.post(
            app + "/msg", "{\"eventType\":\"%s\",\"payload\":{\"n\":1}%s}".formatted(type, fields))
        .expect(202)
        .id();
  }

  /** Waits until a message has a status for all of its endpoints. */
  void awaitStatus(String message, int status) {
    Await.until(
        message + " has the status " + status,
        () -> {
          JsonNode data =
              api.get(app + "/msg/" + message + "/endpoint?expanded_statuses=true")
                  .expect(200)
                  .at("/data");
          return !data.isEmpty()
              && data.valueStream().allMatch(one -> one.get("status").asInt() == status);
        });
  }

  /** Waits until a number of a message's deliveries are waiting. */
  void awaitLive(String message, int count) {
    Engine engine = server.server().engine();
    long id = engine.publicIds().parse(IdPrefix.MESSAGE, message).orElseThrow();
    long application = engine.publicIds().parse(IdPrefix.APPLICATION, appId).orElseThrow();
    Await.until(
        count + " deliveries of " + message + " wait",
        () -> engine.store(application).live(id).size() == count);
  }

  /** Waits until the task at a path has ended; returns it. */
  Reply awaitEnd(String path) {
    Await.until(
        path + " ends",
        () -> !api.get(path).expect(200).at("/status").asString().equals("running"));
    return api.get(path);
  }

  /** Pages through a list to its end and back; returns the ids on the way forward. */
  List<String> walk(String path, int limit) {
    return walk(api, path, limit);
  }

  /** Pages through a list like {@link #walk(String, int)}, as one client sees it. */
  static List<String> walk(ApiClient api, String path, int limit) {
    String first = path + (path.contains("?") ? "&" : "?") + "limit=" + limit;
    List<String> out = new ArrayList<>();
    Reply page = api.get(first).expect(200);
    out.addAll(ids(page));
    while (!page.at("/done").asBoolean()) {
      page = api.get(first + "&iterator=" + page.at("/iterator").asString()).expect(200);
      out.addAll(ids(page));
    }
    List<String> back = new ArrayList<>(ids(page));
    Reply before = page;
    do {
      before = api.get(first + "&iterator=" + before.at("/prevIterator").asString()).expect(200);
      back.addAll(0, ids(before));
    } while (!before.at("/done").asBoolean());
    if (!back.equals(out)) {
      throw new AssertionError("there " + out + ", but back " + back);
    }
    return out;
  }

  /** Returns the ids of a page's rows. */
  static List<String> ids(Reply page) {
    return page.at("/data").valueStream().map(row -> row.get("id").asString()).toList();
  }

  /** Returns a time in the format of queries and bodies. */
  static String time(Instant time) {
    return time.toString();
  }

  @Override
  public void close() {
    receiver.close(); // first, otherwise the server waits for hanging requests
    server.close();
  }
}
