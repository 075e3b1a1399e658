package dev.posthorn.bench.kill;

import dev.posthorn.NewEndpoint;
import dev.posthorn.NewMessage;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import dev.posthorn.RetrySchedule;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The process that is killed: a program with the library in it.
 *
 * <p>Asked to {@code load}, it sends from many threads as fast as messages are accepted, and writes
 * the id and the type of each to its standard output at once, without a buffer: a line that was
 * written survives the kill. Asked to {@code drain}, it says when the database is open, and only
 * delivers what that holds. It ends with its input.
 */
public final class KillSender {
  /** The line that says that the database is open and what it holds is being delivered. */
  static final String OPEN = "open";

  private static final int PRODUCERS = 32;
  private static final int BODY_BYTES = 1_024;

  private KillSender() {}

  /**
   * Takes the place of the database, the receiver's port, endpoints, permits, and load or drain.
   */
  public static void main(String[] args) throws IOException {
    int endpoints = Integer.parseInt(args[2]);
    PosthornOptions options =
        KillStore.options(args[0])
            .allowNetworks("127.0.0.0/8")
            .maxInFlight(Integer.parseInt(args[3]))
            .retrySchedule(schedule())
            .build();
    try (Posthorn posthorn = Posthorn.open(options)) {
      if (posthorn.endpoints().list().isEmpty()) {
        addEndpoints(posthorn, args[1], endpoints);
      }
      if (args[4].equals("drain")) {
        new FileOutputStream(FileDescriptor.out)
            .write((OPEN + "\n").getBytes(StandardCharsets.US_ASCII));
      } else {
        for (int i = 0; i < PRODUCERS; i++) {
          int first = i;
          Thread.ofPlatform().daemon().start(() -> produce(posthorn, first, endpoints));
        }
      }
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }

  /** Soon again, so that retries are under way at a kill; and a day, so that none is given up. */
  private static RetrySchedule schedule() {
    List<Duration> waits = new ArrayList<>(Collections.nCopies(19, Duration.ofMillis(200)));
    waits.add(Duration.ofDays(1));
    return new RetrySchedule(waits);
  }

  private static void addEndpoints(Posthorn posthorn, String port, int endpoints) {
    for (int i = 0; i < endpoints; i++) {
      posthorn
          .endpoints()
          .add(
              NewEndpoint.builder("http://127.0.0.1:" + port + "/hooks/" + i)
                  .events("bench.t" + i, "bench.t" + (i + 1) % endpoints)
                  .build());
    }
  }

  private static void produce(Posthorn posthorn, int first, int endpoints) {
    byte[] body = new byte[BODY_BYTES];
    FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    for (int i = first; ; i++) {
      int type = i % endpoints;
      String id =
          posthorn.send(NewMessage.of("bench.t" + type, body, "application/octet-stream")).id();
      try {
        out.write((id + " " + type + "\n").getBytes(StandardCharsets.US_ASCII));
      } catch (IOException e) {
        throw new UncheckedIOException(e); // who started this process has ended
      }
    }
  }
}
