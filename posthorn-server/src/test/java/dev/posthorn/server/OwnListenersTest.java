package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.boot.ServerOptions;
import dev.posthorn.spi.transport.AddressPolicy;
import dev.posthorn.testkit.receiver.Await;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Deliveries never reach the server's own listeners, regardless of the allowed addresses. */
class OwnListenersTest {
  @TempDir private static Path folder;

  private static final List<String> HERE =
      List.of(
          "127.0.0.1",
          "127.9.9.9",
          "0.0.0.0",
          "localhost",
          "[::1]",
          "[::]",
          "[::ffff:127.0.0.1]",
          "[::ffff:7f00:1]",
          "[64:ff9b::7f00:1]");

  @AutoClose
  private static final ServerFixture SERVER =
      ServerFixture.start(
          options ->
              withAdmin(
                  options, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "0.0.0.0"));

  private static ServerOptions withAdmin(
      ServerOptions options, InetSocketAddress admin, String apiHost) {
    return options
        .withAccess(
            new ServerOptions.Access(
                new InetSocketAddress(apiHost, 0), admin, options.access().jwtSecret()))
        .withTransport(
            options.transport().toBuilder()
                .addresses(AddressPolicy.allowing("0.0.0.0/0", "::/0", "64:ff9b:1::/48"))
                .build());
  }

  private static int adminPort() {
    return URI.create(String.valueOf(SERVER.server().adminUrl())).getPort();
  }

  /** Sends a message to some URLs and returns the attempts, at least one for each. */
  private static List<JsonNode> attempts(List<String> urls, String payload) {
    ApiClient api = SERVER.api();
    String app = "/api/v1/app/" + api.post("/api/v1/app", "{\"name\":\"A\"}").expect(201).id();
    urls.forEach(url -> api.post(app + "/endpoint", "{\"url\":\"" + url + "\"}").expect(201));
    String message =
        api.post(app + "/msg", "{\"eventType\":\"a.b\",\"payload\":" + payload + "}")
            .expect(202)
            .id();
    String attempts = app + "/attempt/msg/" + message + "?limit=250";
    Await.until(
        "attempts",
        () ->
            api.get(attempts)
                    .expect(200)
                    .at("/data")
                    .valueStream()
                    .map(one -> one.path("endpointId"))
                    .distinct()
                    .count()
                == urls.size());
    return api.get(attempts).expect(200).at("/data").valueStream().toList();
  }

  private static void assertRefused(List<String> hosts, int port, String path) {
    List<String> urls = hosts.stream().map(host -> "http://" + host + ":" + port + path).toList();
    assertThat(attempts(urls, "{}"))
        .hasSizeGreaterThanOrEqualTo(hosts.size())
        .allSatisfy(
            attempt -> {
              assertThat(attempt.path("error").asString()).isEqualTo("refused_address");
              assertThat(attempt.path("response").asString())
                  .contains("leads to this process itself at port " + port);
            });
  }

  @Test
  void theAdminListenerIsNotReachedUnderAnyNameOfThisMachine() {
    assertRefused(HERE, adminPort(), "/release");
  }

  @Test
  void theApiIsNotReachedEitherThoughItListensEverywhere() throws Exception {
    List<String> hosts = new ArrayList<>(HERE);
    hosts.add(InetAddress.getLocalHost().getHostAddress());
    assertRefused(hosts, SERVER.port(), "/api/v1/health");
  }

  @Test
  void noBackupIsWrittenByADelivery() {
    Path copy = folder.resolve("stolen.db");
    String url = "http://127.0.0.1:" + adminPort() + "/backup";
    assertThat(attempts(List.of(url), "{\"to\":\"" + copy + "\"}"))
        .allSatisfy(
            attempt -> assertThat(attempt.path("error").asString()).isEqualTo("refused_address"));
    assertThat(copy).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost"})
  void otherPortsOfThisMachineAreReachedAsBefore(String host) {
    URI receiver = URI.create(SERVER.receiver().url("/"));
    String url = "http://" + host + ":" + receiver.getPort() + "/";
    assertThat(attempts(List.of(url), "{}"))
        .allSatisfy(
            attempt -> assertThat(attempt.path("responseStatusCode").asInt()).isEqualTo(200));
  }
}
