package dev.posthorn.server.cli.demo;

import dev.posthorn.Attempt;
import dev.posthorn.DeliveryListener;
import dev.posthorn.DeliveryState;
import dev.posthorn.Endpoint;
import dev.posthorn.NewEndpoint;
import dev.posthorn.Posthorn;
import dev.posthorn.Receipt;
import dev.posthorn.server.boot.ServeCommand;
import dev.posthorn.server.config.TempFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows signed deliveries, a failure and its retries, and a killed process that loses nothing. */
@Command(
    name = "demo",
    description = {
      "Shows signed deliveries, a failure and its retries, and a killed process that loses nothing:"
          + " with a real database file and real sockets. Ends by itself, unless --console is"
          + " given.",
      "Exits with 0 if every check passed, otherwise with 1."
    })
public final class DemoCommand implements Callable<Integer> {
  private static final int KILL_AFTER = 200;
  private static final int STEADY_RATE = 80;
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /** An overview in ASCII, which every terminal can show. */
  private static final String PICTURE =
      """
      1. Deliver two messages to three endpoints.

           send --> webhooks.db --+--> good    answers 200
                                  +--> flaky   answers 503 twice, then 200
                                  +--> dead    is not there: fails after two retries

      2. Kill the process that sends, then open its file again.

           send --> webhooks.db -----> steady  gets every accepted message
            ^
            kill -9
      """;

  private static final String ROW = "  %-31s  %-6s  %7s  %-9s  %-7s  %6s";

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--console",
      description =
          "Then starts a server with sample data, as serve --dev --sample does, and prints a link"
              + " to its console; runs until Ctrl-C.")
  private boolean console;

  private final Map<String, String> names = new LinkedHashMap<>();
  private boolean good = true;

  @Override
  public Integer call() throws Exception {
    try (TempFolder folder = TempFolder.create("posthorn-demo");
        DemoReceiver receiver = new DemoReceiver()) {
      Path file = folder.path().resolve("webhooks.db");
      say(
          "The demo %s. This is what it does:%n%n%s",
          console ? "ends with a console, which runs until Ctrl-C" : "ends by itself", PICTURE);
      say("Database: %s", file);
      say("Receiver: %s%n", receiver.url(""));
      deliver(file, receiver);
      kill(file, receiver);
    }
    say("%n%s", good ? "Every check passed." : "A CHECK FAILED: see above.");
    if (good && console) {
      return ServeCommand.withSample(spec.commandLine());
    }
    return good ? 0 : 1;
  }

  // ---- three endpoints -----------------------------------------------------------------------

  private void deliver(Path file, DemoReceiver receiver) throws IOException {
    try (Posthorn posthorn = Posthorn.open(DemoSender.options(file))) {
      add(posthorn, receiver, "good", NewEndpoint.of(receiver.url("/good")));
      add(posthorn, receiver, "flaky", NewEndpoint.of(receiver.url("/flaky")));
      add(posthorn, receiver, "dead", NewEndpoint.of("http://127.0.0.1:" + closedPort() + "/dead"));
      say("1. Deliver. Retries follow after 0.5 s and 1 s.%n");

      List<Receipt> receipts = new ArrayList<>();
      CountDownLatch ended = new CountDownLatch(2 * 3);
      say(ROW, "message", "to", "attempt", "state", "result", "ms");
      posthorn.addListener(
          new DeliveryListener() {
            @Override
            public void attempted(Attempt attempt) {
              show(attempt);
              if (attempt.state() != DeliveryState.WAITING) {
                ended.countDown();
              }
            }
          });
      receipts.add(posthorn.send("invoice.paid", Map.of("id", "inv_1", "amount", 4_200)));
      receipts.add(posthorn.send("user.created", Map.of("id", "user_7", "name", "Ana")));
      boolean allEnded = await(ended);
      say("");
      check("every delivery ended", allEnded);
      for (Receipt receipt : receipts) {
        Map<String, DeliveryState> states = posthorn.messages().get(receipt.id()).deliveries();
        states.forEach(
            (endpoint, state) ->
                check(
                    receipt.id()
                        + " to "
                        + names.get(endpoint)
                        + " has "
                        + state.name().toLowerCase(Locale.ROOT),
                    state
                        == ("dead".equals(names.get(endpoint))
                            ? DeliveryState.FAILED
                            : DeliveryState.SUCCEEDED)));
        check(
            receipt.id() + " arrived at good and at flaky, its signatures verified",
            receiver.arrived(receipt.id()) == 2);
      }
      check("the receiver refused no signature", receiver.refusals().isEmpty());
      posthorn.endpoints().list().forEach(endpoint -> posthorn.endpoints().remove(endpoint.id()));
      // Slower than messages are accepted: most of them still wait when the process dies.
      add(
          posthorn,
          receiver,
          "steady",
          NewEndpoint.builder(receiver.url("/steady")).rateLimit(STEADY_RATE).build());
    }
  }

  private void add(Posthorn posthorn, DemoReceiver receiver, String name, NewEndpoint draft) {
    Endpoint endpoint = posthorn.endpoints().add(draft.toBuilder().description(name).build());
    names.put(endpoint.id(), name);
    receiver.secret("/" + name, posthorn.endpoints().secret(endpoint.id()));
  }

  private void show(Attempt attempt) {
    String result =
        attempt.status() != 0
            ? Integer.toString(attempt.status())
            : String.valueOf(attempt.error());
    say(
        ROW,
        attempt.message(),
        names.getOrDefault(attempt.endpoint(), "?"),
        attempt.number(),
        attempt.state().name().toLowerCase(Locale.ROOT),
        result,
        String.format(Locale.ROOT, "%.1f", attempt.timings().total() / 1_000.0));
  }

  // ---- a killed process ----------------------------------------------------------------------

  private void kill(Path file, DemoReceiver receiver) throws IOException, InterruptedException {
    say(
        "%n2. Kill. Another process opens the file and sends to steady, which gets at most %d"
            + " messages per second.%n",
        STEADY_RATE);
    List<String> accepted = new ArrayList<>();
    Process sender = sender(file);
    try (BufferedReader out = sender.inputReader(StandardCharsets.US_ASCII)) {
      for (String line; (line = out.readLine()) != null; ) {
        if (line.startsWith("msg_")) {
          accepted.add(line.strip());
        }
        if (accepted.size() == KILL_AFTER) {
          kill(sender);
        }
      }
    } finally {
      kill(sender);
    }
    int code = sender.waitFor();
    long before = accepted.stream().filter(id -> receiver.arrived(id) > 0).count();
    say("  Killed it after %d accepted messages; %d of them had arrived.", accepted.size(), before);
    check("the process did not end by itself", code != 0);
    check("at least " + KILL_AFTER + " messages were accepted", accepted.size() >= KILL_AFTER);
    try (Posthorn posthorn = Posthorn.open(DemoSender.options(file))) {
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (accepted.stream().anyMatch(id -> receiver.arrived(id) == 0)
          && System.nanoTime() < end) {
        LockSupport.parkNanos(5_000_000);
      }
      long lost = accepted.stream().filter(id -> receiver.arrived(id) == 0).count();
      long twice = accepted.stream().filter(id -> receiver.arrived(id) > 1).count();
      say("  Opened the file again: %d lost, %d arrived twice under the same id.", lost, twice);
      check("no accepted message was lost", lost == 0);
      check("the endpoint is still there", posthorn.endpoints().list().size() == 1);
    }
  }

  /**
   * Kills a process by its handle, since {@code Process} would also close the pipe, which may still
   * hold lines.
   */
  private static void kill(Process process) {
    process.toHandle().destroyForcibly();
  }

  private static Process sender(Path file) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.posthorn.server.Main",
            "demo-sender",
            file.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  // ---- small things --------------------------------------------------------------------------

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void check(String what, boolean right) {
    good &= right;
    say("  %-4s  %s", right ? "ok" : "BAD", what);
  }

  private static void say(String format, Object... arguments) {
    System.out.printf(Locale.ROOT, format + "%n", arguments);
  }
}
