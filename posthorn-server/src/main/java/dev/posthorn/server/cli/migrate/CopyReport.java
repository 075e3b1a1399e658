package dev.posthorn.server.cli.migrate;

import dev.posthorn.internal.copy.RowKind;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;

/** Reports the progress of one pass over all rows to people, now and then. */
final class CopyReport {
  private static final long EACH_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final PrintWriter err;
  private final String done;
  private final long began = System.nanoTime();
  private long reported = began;
  private long rows;

  /**
   * Creates a report.
   *
   * @param done the word for what is done with a row
   */
  CopyReport(PrintWriter err, String done) {
    this.err = err;
    this.done = done;
  }

  /** Notes rows. */
  void note(RowKind<?> kind, int count) {
    rows += count;
    long now = System.nanoTime();
    if (now - reported >= EACH_NANOS) {
      reported = now;
      say(now, ", now " + kind.name());
    }
  }

  /** Reports all rows. */
  void end() {
    say(System.nanoTime(), "");
  }

  private void say(long now, String where) {
    long rate = rows * TimeUnit.SECONDS.toNanos(1) / Math.max(1, now - began);
    err.println(done + " " + rows + " rows" + where + " (" + rate + " rows/s)");
    err.flush();
  }
}
