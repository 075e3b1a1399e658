package dev.posthorn.server.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A stream of events that one thread writes, for as long as the client reads and time allows. */
final class BlockingEventStream implements EventStream {
  private static final byte[] NOTHING = {};
  private static final byte[] COMMENT = ": \n\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BEGIN = "data: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);

  private final BlockingQueue<byte[]> next = new ArrayBlockingQueue<>(1);
  private final long quiet;
  private long turn;
  private volatile boolean over;
  private volatile Runnable onEnd = () -> {};
  private @Nullable Runnable task;

  /**
   * Creates a stream.
   *
   * @param quiet the time without an event after which a comment shows whether the client is there
   */
  BlockingEventStream(Duration quiet) {
    this.quiet = quiet.toNanos();
    this.turn = this.quiet;
  }

  @Override
  public boolean isReady() {
    return !over && next.isEmpty();
  }

  @Override
  public void every(long millis, Runnable repeated) {
    turn = TimeUnit.MILLISECONDS.toNanos(millis);
    task = repeated;
  }

  @Override
  public void onEnd(Runnable ended) {
    onEnd = ended;
  }

  @Override
  public void send(byte[] json) {
    if (!over) {
      var unused = next.offer(json);
    }
  }

  @Override
  public void end() {
    over = true;
    var unused = next.offer(NOTHING); // wakes the thread, unless there is something to send
  }

  /** Writes events until the stream ends or a time is over. */
  void run(OutputStream out, Duration most) throws IOException {
    try (out) {
      write(out, NOTHING);
      long end = System.nanoTime() + most.toNanos();
      long due = System.nanoTime() + turn;
      long written = System.nanoTime();
      while (!over && System.nanoTime() - end < 0) {
        byte[] event = next.poll(Math.max(0, due - System.nanoTime()), TimeUnit.NANOSECONDS);
        if (event != null || System.nanoTime() - written >= quiet) {
          write(out, event == null ? NOTHING : event);
          written = System.nanoTime();
        }
        if (System.nanoTime() - due >= 0) {
          due = System.nanoTime() + turn;
          perform();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close();
    }
  }

  /** Ends the stream without having written anything. */
  void close() {
    over = true;
    Runnable ended = onEnd;
    onEnd = () -> {};
    ended.run();
  }

  private void perform() {
    Runnable repeated = task;
    if (repeated != null) {
      repeated.run();
    }
  }

  private static void write(OutputStream out, byte[] event) throws IOException {
    if (event.length == 0) {
      out.write(COMMENT);
    } else {
      out.write(BEGIN);
      out.write(event);
      out.write(END);
    }
    out.flush();
  }
}
