package dev.posthorn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A process with few file descriptors, in which far more endpoints hang than it has. */
class DescriptorsTest {
  private static final int HANGING = 600;
  private static final int MESSAGES = 30;

  @TempDir private Path folder;

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void aHealthyEndpointGetsItsMessagesAndNoDescriptorIsMissed() throws Exception {
    try (Receiver healthy = Receiver.start();
        // Connections that nobody accepts are made all the same, and answer nothing.
        ServerSocket hanging = new ServerSocket(0, 2_000, InetAddress.getLoopbackAddress())) {
      Process process =
          new ProcessBuilder(
                  "sh",
                  "-c",
                  "ulimit -n 300; exec \"$@\"",
                  "sh",
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--enable-native-access=ALL-UNNAMED",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  DescriptorsTest.class.getName(),
                  folder.resolve("webhooks.db").toString(),
                  healthy.url("/"),
                  "http://127.0.0.1:" + hanging.getLocalPort() + "/")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try {
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(said).contains("attempts [1], short of descriptors 0, refused 0");
      } finally {
        process.destroyForcibly();
      }
    }
  }

  /** The other process: a file, a healthy URL, one that hangs. */
  public static void main(String[] args) throws Exception {
    PosthornOptions options =
        PosthornOptions.builder(Path.of(args[0]))
            .allowNetworks("127.0.0.0/8")
            .requestTimeout(Duration.ofSeconds(1))
            .build();
    try (Posthorn posthorn = Posthorn.open(options);
        ExecutorService adding = Executors.newVirtualThreadPerTaskExecutor()) {
      posthorn.endpoints().add(NewEndpoint.builder(args[1]).events("good").build());
      List<Future<Endpoint>> hanging = new ArrayList<>();
      for (int i = 0; i < HANGING; i++) {
        String url = args[2] + i;
        hanging.add(
            adding.submit(
                () -> posthorn.endpoints().add(NewEndpoint.builder(url).events("bad").build())));
      }
      for (Future<Endpoint> each : hanging) {
        each.get();
      }
      List<Integer> attempts = new ArrayList<>();
      for (int i = 0; i < MESSAGES; i++) {
        Receipt receipt = posthorn.send("good", "{}");
        Await.until("it arrives", () -> state(posthorn, receipt) == DeliveryState.SUCCEEDED);
        attempts.add(posthorn.messages().attempts(receipt.id()).size());
        if (i == 0) {
          posthorn.send("bad", "{}");
        }
      }
      long refused =
          posthorn.endpoints().list().stream()
              .flatMap(endpoint -> posthorn.endpoints().attempts(endpoint.id(), 10).stream())
              .map(Attempt::error)
              .filter("connect"::equals)
              .count();
      System.out.println(
          "attempts "
              + attempts.stream().distinct().toList()
              + ", short of descriptors "
              + posthorn.stats().attempts().postponed().getOrDefault("descriptors", 0L)
              + ", refused "
              + refused);
      System.out.flush();
      Runtime.getRuntime().halt(0); // what hangs is nobody's to wait for
    }
  }

  private static DeliveryState state(Posthorn posthorn, Receipt receipt) {
    return posthorn.messages().get(receipt.id()).deliveries().values().iterator().next();
  }
}
