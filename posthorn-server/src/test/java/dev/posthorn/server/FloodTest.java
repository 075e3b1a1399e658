package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients without a token against a server with little memory. */
class FloodTest {
  private static final int CONNECTIONS = 300;
  private static final int PIPELINED = 40;
  private static final String REQUEST = "GET /api/v1/openapi.json HTTP/1.1\nHost: a\n\n";

  @TempDir private Path folder;

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void manyClientsThatReadNothingLeaveTheServerAlone() throws Exception {
    int admin = freePort();
    List<RawClient> hostile = new ArrayList<>();
    try (ServerProcess server =
        ServerProcess.start(
            folder,
            Map.of("POSTHORN_SECRET_KEY", "0".repeat(64)),
            List.of("-Xmx48m", "-XX:+ExitOnOutOfMemoryError"),
            "--admin-listen",
            "127.0.0.1:" + admin)) {
      int port = URI.create(server.url()).getPort();
      int length = ask(port).body().length;
      assertThat((long) length * CONNECTIONS).isGreaterThan(32 << 20);
      for (int i = 0; i < CONNECTIONS; i++) {
        hostile.add(new RawClient(port, 4_096).send(REQUEST.repeat(PIPELINED)));
      }
      awaitStandstill(server, "http://127.0.0.1:" + admin + "/metrics");
      assertThat(ask(port).body()).hasSize(length);
      String ready = "http://127.0.0.1:" + admin + "/health/ready";
      assertThat(server.send("GET", ready, null, null).statusCode()).isEqualTo(200);
      assertThat(hostile.get(CONNECTIONS - 1).read().body()).hasSize(length);
      server.terminate();
      assertThat(server.awaitEnd()).isZero();
    } finally {
      hostile.forEach(RawClient::close);
    }
  }

  /** Waits until the server prepares no more answers for clients that do not read. */
  private static void awaitStandstill(ServerProcess server, String metrics) {
    AtomicReference<String> before = new AtomicReference<>("");
    AtomicInteger same = new AtomicInteger();
    Await.until(
        "no more answers are made",
        () -> {
          String now =
              server
                  .send("GET", metrics, null, null)
                  .body()
                  .lines()
                  .filter(line -> line.startsWith("posthorn_http_requests_seconds_count"))
                  .filter(line -> line.contains("v1.openapi.get"))
                  .findAny()
                  .orElse("");
          boolean isSame = now.equals(before.getAndSet(now));
          return (isSame ? same.incrementAndGet() : same.getAndSet(0)) > 10;
        });
  }

  private static RawClient.Answer ask(int port) {
    try (RawClient client = new RawClient(port)) {
      return client.send(REQUEST).read();
    }
  }
}
