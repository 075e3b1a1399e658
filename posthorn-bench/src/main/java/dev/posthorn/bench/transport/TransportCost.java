package dev.posthorn.bench.transport;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Measures the CPU time of one POST of 1 KB over a warm connection on loopback, on one event loop,
 * with 1, 32 and 64 connections; with {@code vertx} as argument, the same through Vert.x's client.
 *
 * <pre>{@code java -cp "target/posthorn-bench-….jar:target/lib/*" \
 *     dev.posthorn.bench.transport.TransportCost [posthorn|vertx] [rounds]}</pre>
 */
public final class TransportCost {

  static final int BODY = 1024;
  private static final int[] CONNECTIONS = {1, 32, 64};
  private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(4);

  private TransportCost() {}

  /** A client under measurement. */
  interface Sender extends AutoCloseable {

    /**
     * Keeps {@code connections} exchanges under way until {@code endNanos}; returns their number.
     */
    long run(int connections, long endNanos) throws InterruptedException;

    @Override
    void close();
  }

  /** Prints a line for each number of connections and round. */
  public static void main(String[] args) throws Exception {
    String client = args.length > 0 ? args[0] : "posthorn";
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    Process receiver = startReceiver();
    try (BufferedReader out =
            new BufferedReader(
                new InputStreamReader(receiver.getInputStream(), StandardCharsets.US_ASCII));
        Sender sender = open(client, "http://127.0.0.1:" + out.readLine() + "/hooks")) {
      sender.run(64, System.nanoTime() + WARM_UP_NANOS);
      sender.run(1, System.nanoTime() + WARM_UP_NANOS / 2);
      for (int round = 1; round <= rounds; round++) {
        for (int connections : CONNECTIONS) {
          measure(client, sender, connections, round);
        }
      }
    } finally {
      receiver.destroy();
    }
  }

  private static void measure(String client, Sender sender, int connections, int round)
      throws InterruptedException {
    OperatingSystemMXBean process =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long cpu = process.getProcessCpuTime();
    long begin = System.nanoTime();
    long posts = sender.run(connections, begin + ROUND_NANOS);
    double seconds = (System.nanoTime() - begin) / 1e9;
    double micros = (process.getProcessCpuTime() - cpu) / 1e3 / posts;
    System.out.printf(
        Locale.ROOT,
        "%s round %d: %2d connections, %,8.0f POST/s, %5.1f µs CPU per POST%n",
        client,
        round,
        connections,
        posts / seconds,
        micros);
  }

  private static Sender open(String client, String url) {
    return switch (client) {
      case "posthorn" -> new PosthornSender(url);
      case "vertx" -> new VertxSender(url);
      default -> throw new IllegalArgumentException("client: posthorn or vertx, not " + client);
    };
  }

  private static Process startReceiver() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-cp",
            System.getProperty("java.class.path"),
            PlainReceiver.class.getName(),
            Integer.toString(BODY))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Awaits the end of a run, and says so if it does not come. */
  static void await(CountDownLatch ended) throws InterruptedException {
    if (!ended.await(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the exchanges did not end");
    }
  }
}
