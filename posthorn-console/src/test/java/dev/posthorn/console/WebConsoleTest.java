package dev.posthorn.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.NewEndpoint;
import dev.posthorn.Posthorn;
import dev.posthorn.testkit.receiver.Receiver;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/** The console in a program with a web server, without Vert.x and what else the server needs. */
class WebConsoleTest {
  @TempDir private Path folder;

  private final HttpClient http = HttpClient.newHttpClient();

  @SpringBootConfiguration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Program {

    /** Signs in whom a header names, as a program must not. */
    @Bean
    Filter signIn() {
      return (request, response, chain) ->
          chain.doFilter(new SignedIn((HttpServletRequest) request), response);
    }
  }

  /** A request of a person whom a header names, with the role after a slash. */
  private static final class SignedIn extends HttpServletRequestWrapper {
    private final String @Nullable [] person;

    SignedIn(HttpServletRequest request) {
      super(request);
      String given = request.getHeader("Test-Person");
      this.person = given == null ? null : given.split("/", -1);
    }

    @Override
    public @Nullable Principal getUserPrincipal() {
      return person == null ? null : () -> person[0];
    }

    @Override
    public boolean isUserInRole(String role) {
      return person != null && person[1].equals(role);
    }
  }

  private ConfigurableApplicationContext start(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--server.port=0",
                "--server.servlet.context-path=/shop",
                "--server.shutdown=graceful",
                "--spring.main.banner-mode=off",
                "--posthorn.store.file=" + folder.resolve("webhooks.db"),
                "--posthorn.network.allowed=127.0.0.0/8"));
    arguments.addAll(List.of(more));
    return SpringApplication.run(Program.class, arguments.toArray(String[]::new));
  }

  private ConfigurableApplicationContext withConsole() {
    return start(
        "--posthorn.console.path=/admin/webhooks", "--posthorn.console.operator-role=WEBHOOKS");
  }

  private static HttpRequest.Builder request(ConfigurableApplicationContext context, String path) {
    String port = context.getEnvironment().getProperty("local.server.port");
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + port + "/shop/admin/webhooks" + path))
        .header("X-Posthorn-Console", "1");
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void whoIsSignedInSeesThePageAndItsApi() throws Exception {
    try (Receiver receiver = Receiver.start();
        ConfigurableApplicationContext context = withConsole()) {
      Posthorn posthorn = context.getBean(Posthorn.class);
      posthorn.endpoints().add(NewEndpoint.builder(receiver.url("/hook")).uid("hook").build());
      assertThat(posthorn.send("invoice.paid", Map.of("id", "inv_1")).id()).startsWith("msg_");
      receiver.awaitRequests(1);

      HttpResponse<String> page = send(request(context, "").header("Test-Person", "Eve/"));
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.body()).contains("src=\"/shop/admin/webhooks/console/main.js\"");
      String endpoint = "/api/v1/app/default/endpoint/hook";
      for (String path :
          List.of(
              "/console/main.js",
              endpoint,
              "/api/v1/app/default/msg",
              "/api/v1/event-type/export/openapi",
              "/api/v1/console/overview",
              "/api/v1/console/overview/history?span=hour",
              "/api/v1/console/search?text=inv_1",
              "/api/v1/console/tail",
              "/api/v1/console/audit")) {
        assertThat(send(request(context, path).header("Test-Person", "Eve/")).statusCode())
            .as(path)
            .isIn(200, 405);
      }
      assertThat(send(pause(context, endpoint, "Eve/")).statusCode()).isEqualTo(403);
      assertThat(send(pause(context, endpoint, "Eve/WEBHOOKS")).statusCode()).isLessThan(300);
      assertThat(
              send(request(context, "/api/v1/console/audit").header("Test-Person", "Joe/")).body())
          .contains("\"person\":\"Eve\"", "v1.endpoint.pause");
    }
  }

  private static HttpRequest.Builder pause(
      ConfigurableApplicationContext context, String endpoint, String person) {
    return request(context, endpoint + "/pause")
        .header("Test-Person", person)
        .POST(HttpRequest.BodyPublishers.noBody());
  }

  @Test
  void whoIsNotSignedInSeesNothing() throws Exception {
    try (ConfigurableApplicationContext context = withConsole()) {
      for (String path : List.of("", "/console/main.js", "/api/v1/app")) {
        assertThat(send(request(context, path)).statusCode()).isEqualTo(403);
      }
    }
  }

  @Test
  void anOpenStreamDoesNotHoldUpTheEndOfTheProgram() throws Exception {
    CompletableFuture<Long> lines;
    try (ConfigurableApplicationContext context = withConsole()) {
      HttpResponse<InputStream> stream =
          http.send(
              request(context, "/api/v1/console/overview")
                  .header("Test-Person", "Eve/")
                  .header("Accept", "text/event-stream")
                  .build(),
              BodyHandlers.ofInputStream());
      BufferedReader reader =
          new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8));
      String first = reader.readLine();
      while (first != null && !first.startsWith("data: ")) {
        first = reader.readLine();
      }
      assertThat(first).contains("\"well\":");
      lines = CompletableFuture.supplyAsync(() -> reader.lines().count());
      assertThat(lines).isNotDone();
    }
    assertThat(lines.join()).isNotNegative(); // it has ended, and not by being cut off
  }

  @Test
  void withoutAPathThereIsNoConsole() throws Exception {
    try (ConfigurableApplicationContext context = start()) {
      assertThat(send(request(context, "").header("Test-Person", "Eve/")).statusCode())
          .isEqualTo(404);
    }
  }

  @Test
  void aPathThatIsNoneIsRefused() {
    assertThatThrownBy(() -> start("--posthorn.console.path=admin/").close())
        .rootCause()
        .hasMessageContaining("posthorn.console.path");
  }
}
