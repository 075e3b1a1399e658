package dev.posthorn.server.sample;

import dev.posthorn.server.cli.client.ServerClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sample applications, endpoints and event types, and messages until it is closed: a few at once,
 * then a steady trickle. Some receivers fail. Everything goes through the server's API.
 */
public final class SampleData implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SampleData.class);
  private static final int AT_ONCE = 40;
  private static final long PAUSE_MILLIS = 400;

  private final ServerClient server;
  private final SampleReceiver receiver = new SampleReceiver();
  private final Thread sender =
      Thread.ofPlatform().name("posthorn-sample").daemon().unstarted(this::send);
  private final List<String> applications = new ArrayList<>();
  private final List<JsonNode> types = new ArrayList<>();
  private volatile boolean closed;
  private int sent;

  private SampleData(ServerClient server) {
    this.server = server;
  }

  /** Adds the sample data to a server, and begins to send. */
  public static SampleData start(String url, String token) {
    SampleData data = new SampleData(new ServerClient(url, token));
    try {
      data.fill();
      data.sender.start();
      return data;
    } catch (RuntimeException e) {
      data.close();
      throw e;
    }
  }

  /** Returns the sentence that introduces it. */
  public String summary() {
    return applications.size()
        + " sample applications get messages until the server stops; some receivers fail or hang";
  }

  private void fill() {
    JsonNode sample = read();
    for (JsonNode type : sample.path("eventTypes")) {
      types.add(type);
      ObjectNode schema = (ObjectNode) type.path("schema").deepCopy();
      schema.putArray("examples").add(type.path("example"));
      ObjectNode body = ServerClient.object();
      body.put("name", type.path("name").asString());
      body.put("description", type.path("description").asString());
      body.putObject("schemas").set("1", schema);
      var unused = server.post("/api/v1/event-type", body);
    }
    for (JsonNode application : sample.path("applications")) {
      add(application);
    }
  }

  private void add(JsonNode application) {
    String uid = application.path("uid").asString();
    ObjectNode body = ServerClient.object();
    body.put("uid", uid);
    body.put("name", application.path("name").asString());
    var unused = server.post("/api/v1/app", body);
    for (JsonNode endpoint : application.path("endpoints")) {
      String path = "/" + uid + "/" + endpoint.path("uid").asString();
      ObjectNode draft = (ObjectNode) endpoint.deepCopy();
      String behavior = Objects.requireNonNull(draft.remove("behavior")).asString();
      draft.put("url", receiver.add(path, Behavior.valueOf(behavior)));
      var unusedToo = server.post("/api/v1/app/" + uid + "/endpoint", draft);
    }
    applications.add(uid);
  }

  private static JsonNode read() {
    try (InputStream in = SampleData.class.getResourceAsStream("sample.json")) {
      return ServerClient.json(
          new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ---- messages ------------------------------------------------------------------------------

  private void send() {
    try {
      while (!closed) {
        next();
        if (sent > AT_ONCE) {
          Thread.sleep(PAUSE_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ServerClient.FailedException e) {
      if (!closed) {
        LOG.warn("Sample messages end", e);
      }
    }
  }

  private void next() {
    int number = ++sent;
    JsonNode type = types.get(number % types.size());
    ObjectNode payload = (ObjectNode) type.path("example").deepCopy();
    payload.put("number", number);
    ObjectNode message = ServerClient.object();
    message.put("eventType", type.path("name").asString());
    message.set("payload", payload);
    message.put("eventId", "sample-" + number);
    message.putArray("tags").add(number % 3 == 0 ? "us" : "eu");
    int turn = number + number / types.size(); // else each application would get one type only
    String application = applications.get(turn % applications.size());
    var unused = server.post("/api/v1/app/" + application + "/msg", message);
  }

  /** Stops the messages and the receivers. */
  @Override
  public void close() {
    closed = true;
    sender.interrupt();
    receiver.close();
    server.close();
  }
}
