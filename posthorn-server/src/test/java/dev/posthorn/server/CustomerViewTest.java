package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.boot.ServerOptions;
import dev.posthorn.spi.transport.Resolver;
import dev.posthorn.testkit.receiver.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The restricted view of attempts that customers get, and the full view of the operator. */
class CustomerViewTest {
  private static final List<String> SAID = List.of("response", "error", "responseStatusCode");

  @AutoClose private final ServerFixture server = ServerFixture.start(CustomerViewTest::named);

  private String app = "";
  private List<ApiClient> customers = List.of();

  /** Returns options with a resolver that knows one name, with a forbidden address. */
  private static ServerOptions named(ServerOptions options) {
    Resolver names =
        host -> {
          try {
            return host.equals("wiki.corp.example")
                ? CompletableFuture.completedFuture(
                    List.of(InetAddress.getByAddress(new byte[] {10, 1, 2, 3})))
                : CompletableFuture.failedFuture(new UnknownHostException(host));
          } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
          }
        };
    return options.withTransport(options.transport().toBuilder().resolver(names).build());
  }

  @BeforeEach
  void anApplication() {
    String id = server.api().post("/api/v1/app", "{\"name\":\"x\"}").expect(201).id();
    app = "/api/v1/app/" + id;
    Reply portal = server.api().post("/api/v1/auth/app-portal-access/" + id, "{}").expect(200);
    customers = List.of(server.client(portal.at("/token").asString()), server.application(id));
  }

  /** Returns the path of a failed attempt to a URL. */
  private String attempt(String url) {
    String endpoint =
        server.api().post(app + "/endpoint", "{\"url\":\"" + url + "\"}").expect(201).id();
    String message =
        server.api().post(app + "/msg", "{\"eventType\":\"a\",\"payload\":{}}").expect(202).id();
    String list = app + "/attempt/msg/" + message + "?endpoint_id=" + endpoint;
    Await.until("an attempt", () -> !server.api().get(list).at("/data").isEmpty());
    String id = server.api().get(list).at("/data/0/id").asString();
    server.api().delete(app + "/endpoint/" + endpoint).expect(204);
    return app + "/msg/" + message + "/attempt/" + id;
  }

  private static Map<String, String> said(JsonNode attempt) {
    Map<String, String> said = new LinkedHashMap<>();
    SAID.forEach(name -> said.put(name, attempt.path(name).toString()));
    return said;
  }

  @Test
  void aNameOfTheNetworkLooksLikeOneThatDoesNotExist() {
    String present = attempt("https://wiki.corp.example/");
    String missing = attempt("https://none.corp.example/");
    assertThat(server.api().get(present).at("/error").asString()).isEqualTo("refused_address");
    assertThat(server.api().get(missing).at("/error").asString()).isEqualTo("dns");
    for (ApiClient customer : customers) {
      Reply shown = customer.get(present).expect(200);
      assertThat(said(shown.at(""))).isEqualTo(said(customer.get(missing).expect(200).at("")));
      assertThat(shown.text()).doesNotContain("refused_address").doesNotContain("private");
      String list = present.replaceAll("/msg/([^/]+)/attempt/.*", "/attempt/msg/$1");
      assertThat(customer.get(list).expect(200).text())
          .contains("\"error\":\"dns\"")
          .doesNotContain("refused_address");
    }
  }

  @Test
  void aConnectionThatWasNotMadeHasNoReason() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    String refused = attempt("http://127.0.0.1:" + port + "/");
    assertThat(server.api().get(refused).at("/response").asString()).contains("refused");
    for (ApiClient customer : customers) {
      Reply shown = customer.get(refused).expect(200);
      assertThat(shown.at("/error").asString()).isEqualTo("connect");
      assertThat(shown.at("/response").asString()).doesNotContain("refused", "127.0.0.1");
    }
  }

  @Test
  void whatAReceiverAnswersIsShownToBoth() {
    String answered = attempt(server.receiver().url("/"));
    for (ApiClient customer : customers) {
      assertThat(said(customer.get(answered).expect(200).at("")))
          .isEqualTo(said(server.api().get(answered).expect(200).at("")));
    }
  }
}
