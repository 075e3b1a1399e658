package dev.posthorn.testkit.attack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One attacker of a kind: does the same again and again until the attack ends. */
final class Worker implements AutoCloseable {
  /** Longer than any limit of the server: it has to end what it does not answer. */
  private static final int PATIENCE_MILLIS = 120_000;

  private static final long BREATH_MILLIS = 100;

  private final Weapon weapon;
  private final int port;
  private final InetAddress from;
  private final int number;
  private final CountDownLatch end;
  private final Tally tally;
  private final Set<Line> open = ConcurrentHashMap.newKeySet();
  private @Nullable Line line;
  private int turn;

  Worker(Weapon weapon, int port, InetAddress from, int number, CountDownLatch end, Tally tally) {
    this.weapon = weapon;
    this.port = port;
    this.from = from;
    this.number = number;
    this.end = end;
    this.tally = tally;
  }

  void run() {
    for (turn = number; !isOver(); turn++) {
      try {
        weapon.strike().once(this);
      } catch (SocketTimeoutException e) {
        if (!isOver()) {
          tally.failed("no answer within " + PATIENCE_MILLIS / 1_000 + " s");
        }
        abandon();
      } catch (IOException e) {
        if (!isOver()) {
          tally.closed();
        }
        abandon();
        pause(BREATH_MILLIS);
      } catch (RuntimeException e) {
        tally.failed(e.toString());
        return;
      }
    }
  }

  /** Returns how often it has struck; each worker begins with its own number. */
  int turn() {
    return turn;
  }

  /** Sends a request on a connection that is kept, and counts the answer. */
  Reply ask(String method, String path, @Nullable String token, String body) throws IOException {
    return ask(method, path, token, body.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends a request on a connection that is kept, and counts the answer. */
  Reply ask(String method, String path, @Nullable String token, byte[] body) throws IOException {
    Line kept = line;
    if (kept == null) {
      kept = connect(0);
      line = kept;
    }
    Reply reply = kept.ask(method, path, token, body);
    count(method + " " + path, reply);
    if (kept.ends()) {
      disconnect(kept);
      line = null;
    }
    return reply;
  }

  Line connect(int receiveBuffer) throws IOException {
    return connect(port, receiveBuffer);
  }

  Line connect(int to, int receiveBuffer) throws IOException {
    Line made = new Line(to, from, receiveBuffer, PATIENCE_MILLIS);
    open.add(made);
    tally.connected();
    if (isOver()) {
      disconnect(made);
    }
    return made;
  }

  void disconnect(Line made) throws IOException {
    open.remove(made);
    made.close();
  }

  void count(String request, Reply reply) {
    tally.answered(request, reply);
  }

  boolean isOver() {
    return end.getCount() == 0;
  }

  /** Waits, but not longer than the attack lasts. */
  void pause(long millis) {
    try {
      end.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void abandon() {
    line = null;
    try {
      close();
    } catch (IOException e) {
      tally.failed(e.toString());
    }
    open.clear();
  }

  /** Closes all its connections, also from another thread. */
  @Override
  public void close() throws IOException {
    for (Line each : open) {
      each.close();
    }
  }
}
