package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.boot.PosthornServer;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Receiver;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Commands on endpoints and messages of a running server. */
class ServerCommandsTest extends CommandsFixture {
  @Test
  void endpointsAreAddedListedAndRemovedAndMessagesSentAndReplayed() throws Exception {
    AtomicInteger status = new AtomicInteger(500);
    try (Receiver receiver = Receiver.answering(request -> Answer.status(status.get()));
        PosthornServer server = serve(db, OLD, List.of())) {
      String app =
          send(server, "POST", "/api/v1/app", JWT, "{\"name\":\"A\"}").at("/body/id").asString();
      String[] where = {"--url", server.url(), "--token", JWT, "--app", app};
      String to = receiver.url("/");
      assertThat(run(with(where, "endpoints", "add", to, "--event", "a.b"))).isEqualTo(1);
      assertThat(text.toString()).contains("contains unknown event types: \"a.b\"");
      send(server, "PUT", "/api/v1/event-type/a.b", JWT, "{\"description\":\"\"}");
      assertThat(run(with(where, "endpoints", "add", to, "--event", "a.b", "--json"))).isZero();
      JsonNode endpoint = JSON.readTree(text.toString());
      assertThat(endpoint.path("secret").asString()).startsWith("whsec_");
      String id = endpoint.path("id").asString();
      assertThat(run(with(where, "endpoints", "list"))).isZero();
      assertThat(text.toString()).contains(id, to, "a.b", "enabled");

      assertThat(run(with(where, "send", "a.b", "{\"n\":1}"))).isEqualTo(1);
      assertThat(text.toString()).contains("500", "not every delivery succeeded");
      status.set(200);
      assertThat(run(with(where, "send", "a.b", "{\"n\":1}", "--json"))).isZero();
      String message = JSON.readTree(text.toString()).path("id").asString();
      assertThat(run(with(where, "send", "a.b", "{"))).isEqualTo(2);
      receiver.awaitRequests(2);
      assertThat(run(with(where, "replay", "--endpoint", id, "--since", "1h"))).isZero();
      receiver.awaitRequests(3);
      assertThat(run(with(where, "replay", "--endpoint", id, "--message", message))).isZero();
      receiver.awaitRequests(4);
      assertThat(run(with(where, "replay", "--endpoint", id))).isEqualTo(2);

      assertThat(run(with(where, "send", "a.typo"))).isEqualTo(1);
      assertThat(text.toString()).contains("matched no endpoint, of 1: 1 for other event types");
      assertThat(run(with(where, "send", "a.typo", "--json"))).isEqualTo(1);
      assertThat(JSON.readTree(text.toString()).path("matchedEndpoints").asInt(-1)).isZero();

      assertThat(run(with(where, "endpoints", "remove", id))).isZero();
      assertThat(run(with(where, "endpoints", "list", "--json"))).isZero();
      assertThat(text.toString()).isEmpty();
      assertThat(run(with(where, "endpoints", "remove", id))).isEqualTo(1);
      assertThat(text.toString()).contains("404");
    }
  }

  @Test
  void eachAttemptIsPrintedOnceTheFirstOneFirst() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    try (Receiver receiver =
            Receiver.answering(
                request -> {
                  int attempt = attempts.incrementAndGet();
                  return Answer.status(attempt < 3 ? 500 : 200).body("attempt-" + attempt);
                });
        PosthornServer server = serve(db, OLD, List.of(10L, 10L))) {
      String app = endpoint(server, receiver.url("/"));
      assertThat(run("send", "a.b", "{}", "--url", server.url(), "--token", JWT, "--app", app))
          .isZero();
      assertThat(text.toString()).contains("every delivery succeeded");
      assertThat(
              text.toString()
                  .lines()
                  .filter(line -> line.contains("attempt-"))
                  .map(ServerCommandsTest::last))
          .containsExactly("attempt-1", "attempt-2", "attempt-3");
    }
  }

  private static String last(String line) {
    return line.substring(line.lastIndexOf(' ') + 1);
  }

  @Test
  void aServerThatIsNotThereOrNotNamedIsTold() {
    assertThat(run("endpoints", "list", "--app", "a", "--url", "http://127.0.0.1:1")).isEqualTo(1);
    assertThat(text.toString()).contains("cannot reach http://127.0.0.1:1");
    assertThat(run("endpoints", "list", "--app", "a")).isEqualTo(1);
    assertThat(text.toString()).contains("--url URL");
  }
}
