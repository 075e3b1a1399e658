package dev.posthorn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Receiver;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process with a small heap delivers all of many large payloads, and closes. */
class SmallHeapTest {
  private static final int ENDPOINTS = 8;
  private static final int MESSAGES = 8;
  private static final int BYTES = 1_000_000;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir private Path folder;

  @Test
  void deliversMoreThanItHasMemoryForAndCloses() throws Exception {
    try (Receiver receiver = Receiver.counting()) {
      List<String> said = run("-Xmx48m", receiver.url("/"), ENDPOINTS, MESSAGES);
      assertThat(said).containsExactly("delivered " + ENDPOINTS * MESSAGES, "closed");
      assertThat(receiver.count()).isGreaterThanOrEqualTo(ENDPOINTS * MESSAGES);
    }
  }

  private List<String> run(String heap, String url, int endpoints, int messages) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                heap,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                SmallHeapTest.class.getName(),
                folder.resolve("webhooks.db").toString(),
                url,
                Integer.toString(endpoints),
                Integer.toString(messages))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      List<String> said = output.lines().toList();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
      return said;
    } finally {
      process.toHandle().destroyForcibly();
    }
  }

  /**
   * Runs the process; its arguments are a file, a URL, and the numbers of endpoints and messages.
   */
  public static void main(String[] args) {
    int endpoints = Integer.parseInt(args[2]);
    int messages = Integer.parseInt(args[3]);
    byte[] payload = new byte[BYTES];
    PosthornOptions options =
        PosthornOptions.builder(Path.of(args[0])).allowNetworks("127.0.0.0/8").build();
    try (Posthorn posthorn = Posthorn.open(options)) {
      for (int i = 0; i < endpoints; i++) {
        posthorn.endpoints().add(NewEndpoint.of(args[1] + i));
      }
      List<String> sent = new ArrayList<>();
      for (int i = 0; i < messages; i++) {
        var message = NewMessage.of("a.b", payload, "application/octet-stream");
        sent.add(posthorn.send(message).id());
      }
      long delivered =
          sent.stream()
              .flatMap(id -> posthorn.messages().await(id, PATIENCE).stream())
              .filter(delivery -> delivery.state() == DeliveryState.SUCCEEDED)
              .count();
      System.out.println("delivered " + delivered);
    }
    System.out.println("closed");
  }
}
