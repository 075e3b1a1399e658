package dev.posthorn.bench.server;

import dev.posthorn.bench.Flags;
import dev.posthorn.bench.TempFolder;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Measures how long {@code bin/posthorn serve} takes on a new database: until it says that it is
 * ready, and until it has accepted a message, which also creates an environment and an application.
 */
public final class StartBench {
  private static final String MESSAGE =
      "{\"eventType\":\"bench.start\",\"payload\":{\"n\":1},"
          + "\"application\":{\"name\":\"start\",\"uid\":\"start\"}}";

  private StartBench() {}

  /** Returns the flags that there are. */
  public static Flags flags() {
    return new Flags().with("--times", 5);
  }

  /** Runs the benchmark and prints a line for each start. */
  public static void main(String[] args) throws IOException {
    long[] accepted = new long[flags().parse(args).number("--times")];
    for (int i = 0; i < accepted.length; i++) {
      accepted[i] = start();
    }
    Arrays.sort(accepted);
    System.out.printf("%nmedian %d ms%n", accepted[accepted.length / 2]);
  }

  private static long start() throws IOException {
    String token = ServerProcess.token();
    long begun = System.nanoTime();
    try (TempFolder folder = TempFolder.create();
        ServerProcess server =
            ServerProcess.startWithScript(folder.path().resolve("posthorn.db"), "5s")) {
      long ready = millisSince(begun);
      try (ApiConnection api = new ApiConnection(server.port(), token)) {
        api.post("/api/v1/app/start/msg", MESSAGE).good();
      }
      long accepted = millisSince(begun);
      System.out.printf("ready after %d ms, a message accepted after %d ms%n", ready, accepted);
      return accepted;
    }
  }

  private static long millisSince(long begun) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
  }
}
