package dev.posthorn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.Attempt;
import dev.posthorn.DeliveryListener;
import dev.posthorn.NewEndpoint;
import dev.posthorn.Posthorn;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A whole program with a web server and the actuator. */
class WebApplicationTest {
  @TempDir private Path folder;

  @SpringBootConfiguration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import({Invoices.class, Callbacks.class})
  static class Program {}

  @RestController
  static class Invoices {
    private final Posthorn posthorn;
    final CountDownLatch arrived = new CountDownLatch(1);

    Invoices(Posthorn posthorn) {
      this.posthorn = posthorn;
    }

    @GetMapping("/pay")
    String pay() {
      return posthorn.send("invoice.paid", Map.of("id", "inv_1")).id();
    }

    /** Pays an invoice once the server has begun to stop. */
    @GetMapping("/pay-late")
    String payLate(jakarta.servlet.http.HttpServletRequest request) {
      arrived.countDown();
      int port = request.getLocalPort();
      Await.until("the server accepts no connection", () -> !accepts(port));
      return pay();
    }

    private static boolean accepts(int port) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return socket.isConnected();
      } catch (IOException e) {
        return false;
      }
    }
  }

  static class Callbacks implements DeliveryListener {
    final List<Boolean> virtual = new CopyOnWriteArrayList<>();

    @Override
    public void attempted(Attempt attempt) {
      virtual.add(Thread.currentThread().isVirtual());
    }
  }

  private ConfigurableApplicationContext start() {
    return SpringApplication.run(
        Program.class,
        "--server.port=0",
        "--server.shutdown=graceful",
        "--spring.threads.virtual.enabled=true",
        "--spring.main.banner-mode=off",
        "--management.endpoints.web.exposure.include=*",
        "--management.endpoint.health.show-details=always",
        "--posthorn.store.file=" + folder.resolve("webhooks.db"),
        "--posthorn.network.allowed=127.0.0.0/8");
  }

  private static CompletableFuture<HttpResponse<String>> get(
      ConfigurableApplicationContext context, String path) {
    String port = context.getEnvironment().getProperty("local.server.port");
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
    return HttpClient.newHttpClient().sendAsync(request, HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void theActuatorShowsHealthInfoAndMetrics() {
    try (Receiver receiver = Receiver.start();
        ConfigurableApplicationContext context = start()) {
      context.getBean(Posthorn.class).endpoints().add(NewEndpoint.of(receiver.url("/hooks")));
      assertThat(get(context, "/pay").join().body()).startsWith("msg_");
      receiver.awaitRequests(1);
      assertThat(receiver.requests().getFirst().text()).isEqualTo("{\"id\":\"inv_1\"}");
      assertThat(get(context, "/actuator/health").join().body())
          .contains("\"posthorn\":{", "\"state\":\"READY\"", "\"overdue\":");
      assertThat(get(context, "/actuator/info").join().body())
          .contains("\"posthorn\":{", "\"store\":\"sqlite\"");
      assertThat(get(context, "/actuator/metrics/posthorn.messages.accepted").join().body())
          .contains("\"value\":1.0");
      assertThat(get(context, "/actuator/metrics/posthorn.send").join().body())
          .contains("posthorn.outcome");
      Callbacks callbacks = context.getBean(Callbacks.class);
      Await.until("a callback", () -> !callbacks.virtual.isEmpty());
      assertThat(callbacks.virtual).containsExactly(true);
    }
  }

  @Test
  void aRequestInProgressCanStillSendWhenTheProgramStops() throws Exception {
    CompletableFuture<HttpResponse<String>> answer;
    try (ConfigurableApplicationContext context = start()) {
      answer = get(context, "/pay-late");
      context.getBean(Invoices.class).arrived.await();
    }
    String id = answer.join().body();
    try (Posthorn posthorn = Contexts.open(folder.resolve("webhooks.db"))) {
      assertThat(posthorn.messages().get(id).type()).isEqualTo("invoice.paid");
    }
  }
}
