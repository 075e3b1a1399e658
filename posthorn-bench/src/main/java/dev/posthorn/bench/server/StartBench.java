package dev.posthorn.bench.server;

import dev.posthorn.bench.Flags;
import dev.posthorn.bench.TempFolder;
import dev.posthorn.bench.delivery.LibrarySubject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Measures how long {@code bin/posthorn serve} takes on a new database, or on one with an
 * application that has many endpoints: until it says that it is ready, and until it has accepted a
 * message, which also creates an environment and an application.
 */
public final class StartBench {
  private static final String MESSAGE =
      "{\"eventType\":\"bench.start\",\"payload\":{\"n\":1},"
          + "\"application\":{\"name\":\"start\",\"uid\":\"start\"}}";

  private StartBench() {}

  /** Returns the flags that there are. */
  public static Flags flags() {
    return new Flags().with("--times", 5).with("--endpoints", 0);
  }

  /** Runs the benchmark and prints a line for each start. */
  public static void main(String[] args) throws IOException {
    Flags flags = flags().parse(args);
    long[] accepted = new long[flags.number("--times")];
    for (int i = 0; i < accepted.length; i++) {
      accepted[i] = start(flags.number("--endpoints"));
    }
    Arrays.sort(accepted);
    System.out.printf("%nmedian %d ms%n", accepted[accepted.length / 2]);
  }

  private static long start(int endpoints) throws IOException {
    try (TempFolder folder = TempFolder.create()) {
      Path file = folder.path().resolve("posthorn.db");
      if (endpoints > 0) {
        LibrarySubject.fill(file, endpoints);
      }
      return start(file);
    }
  }

  private static long start(Path file) throws IOException {
    String token = ServerProcess.token();
    long begun = System.nanoTime();
    try (ServerProcess server = ServerProcess.startWithScript(file, "5s")) {
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
