package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.auth.Jwts;
import dev.posthorn.testkit.receiver.Receiver;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with a small heap delivers many large payloads, keeps listening, and stops. */
class SmallHeapTest {
  private static final String SECRET = "the-jwt-secret-of-this-test-0123456789";
  private static final String TOKEN = new Jwts(SECRET).sign("org_a", Instant.EPOCH, null);
  private static final int ENDPOINTS = 8;
  private static final int MESSAGES = 8;

  @TempDir private Path folder;

  @Test
  void deliversMoreThanItHasMemoryForAndListensOnAndStops() {
    Map<String, String> secrets =
        Map.of("POSTHORN_JWT_SECRET", SECRET, "POSTHORN_SECRET_KEY", "0".repeat(64));
    List<String> small = List.of("-Xmx80m", "-XX:+ExitOnOutOfMemoryError");
    try (Receiver receiver = Receiver.counting();
        ServerProcess server =
            ServerProcess.start(folder, secrets, small, "--admin-listen", "none")) {
      String app = server.url() + "/api/v1/app";
      post(server, app, "{\"name\":\"A\",\"uid\":\"a\"}", 201);
      for (int i = 0; i < ENDPOINTS; i++) {
        post(server, app + "/a/endpoint", "{\"url\":\"" + receiver.url("/" + i) + "\"}", 201);
      }
      String message =
          "{\"eventType\":\"a.b\",\"payload\":{\"text\":\"" + "x".repeat(1_000_000) + "\"}}";
      for (int i = 0; i < MESSAGES; i++) {
        post(server, app + "/a/msg", message, 202);
      }
      for (int sent = 1; sent <= MESSAGES; sent++) {
        receiver.awaitRequests((long) sent * ENDPOINTS);
      }
      assertThat(server.send("GET", app, TOKEN, null).statusCode()).isEqualTo(200);
      server.terminate();
      assertThat(server.awaitEnd()).isZero();
    }
  }

  private static void post(ServerProcess server, String at, String body, int status) {
    assertThat(server.send("POST", at, TOKEN, body).statusCode()).isEqualTo(status);
  }
}
