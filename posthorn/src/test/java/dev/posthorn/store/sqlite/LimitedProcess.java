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

/** A process with a file size limit: it sends until no message is accepted. */
final class LimitedProcess {
  /** Number of consecutive refusals after which a send will not be accepted. */
  private static final int REFUSALS = 30;

  private static final int BYTES = 60_000;

  private LimitedProcess() {}

  /**
   * Runs a process to its end; returns its output: one line per message, {@code id} or a reason.
   */
  static List<String> run(Path file, int kilobytes) throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    // Blocks of 512 bytes, as in POSIX.
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -f " + 2 * kilobytes + "; exec \"$@\"",
                "sh",
                java,
                "--enable-native-access=ALL-UNNAMED",
                "-XX:-UsePerfData",
                "-XX:TieredStopAtLevel=1",
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

  /** Runs the process; its argument is the file. */
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
    Runtime.getRuntime().halt(0); // like a kill: anything not stored now is lost
  }

  /** Returns whether all accepted messages have an outcome on disk, or none can be stored. */
  private static boolean isSettled(Posthorn posthorn) {
    PosthornStats.Deliveries deliveries = posthorn.stats().deliveries();
    long ended = deliveries.ended().values().stream().mapToLong(Long::longValue).sum();
    return ended == deliveries.added() || !posthorn.health().isReady();
  }
}
