package dev.posthorn.store.sqlite;

import dev.posthorn.NewEndpoint;
import dev.posthorn.NewMessage;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornException;
import dev.posthorn.PosthornOptions;
import dev.posthorn.PosthornStats;
import dev.posthorn.Reason;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A process whose files may not grow beyond a limit: it sends until nothing is accepted. */
final class LimitedProcess {
  /** A send that is refused this often in a row will not be accepted. */
  private static final int REFUSALS = 30;

  private static final int BYTES = 60_000;

  private LimitedProcess() {}

  /** Runs one to its end; returns what it says: a line for each message, {@code id} or a reason. */
  static List<String> run(Path file, int kilobytes) throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    // Blocks of 512 bytes, as POSIX has them.
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -f " + 2 * kilobytes + "; exec \"$@\"",
                "sh",
                java,
                "--enable-native-access=ALL-UNNAMED",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                LimitedProcess.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      return output.lines().toList();
    } finally {
      process.destroyForcibly();
      process.waitFor();
    }
  }

  /** What the process does: its argument is the file. */
  public static void main(String[] args) {
    PosthornOptions options =
        PosthornOptions.builder(Path.of(args[0]))
            .allowNetworks("127.0.0.0/8")
            .sendTimeout(Duration.ofMinutes(1))
            .closeTimeout(Duration.ofSeconds(1))
            .build();
    String payload = "\"" + "x".repeat(BYTES) + "\"";
    Receiver receiver = Receiver.answering(request -> Answer.status(200));
    Posthorn posthorn = Posthorn.open(options);
    posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
    int refused = 0;
    while (refused < REFUSALS) {
      try {
        System.out.println(posthorn.send(NewMessage.of("t", payload)).id());
        refused = 0;
      } catch (PosthornException e) {
        refused++;
        System.out.println(e.reason());
        if (e.reason() == Reason.UNKNOWN) {
          break;
        }
        Await.until("no outcome is on its way", () -> isSettled(posthorn));
      }
    }
    System.out.println("trouble " + !posthorn.health().isReady());
    System.out.flush();
    Runtime.getRuntime().halt(0); // as a kill: what is not stored now never is
  }

  /** What was accepted has its outcome on disk, or no outcome can be stored either. */
  private static boolean isSettled(Posthorn posthorn) {
    PosthornStats.Deliveries deliveries = posthorn.stats().deliveries();
    long ended = deliveries.ended().values().stream().mapToLong(Long::longValue).sum();
    return ended == deliveries.added() || !posthorn.health().isReady();
  }
}
