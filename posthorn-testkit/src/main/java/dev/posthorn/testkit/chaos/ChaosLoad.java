package dev.posthorn.testkit.chaos;

import dev.posthorn.NewEndpoint;
import dev.posthorn.NewMessage;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornException;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import dev.posthorn.testkit.receiver.Receiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A program that sends some hundred messages a second to two endpoints, from several threads,
 * whatever becomes of them. One request in fifty is answered with 500, so that retries wait, too.
 */
final class ChaosLoad implements AutoCloseable {
  private static final int THREADS = 4;
  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int FAILING_PERCENT = 2;
  private static final String TYPE = "chaos.load";
  private static final String PROBE = "chaos.probe";
  private static final byte[] BODY = new byte[512];

  private final Ledger ledger = new Ledger();
  private final Set<String> probes = ConcurrentHashMap.newKeySet();
  private final Receiver receiver = Receiver.answering(this::receive);
  private final List<Thread> threads = new ArrayList<>();
  private final Posthorn posthorn;
  private volatile boolean sending;

  /** Adds the endpoints, and sends nothing yet. */
  ChaosLoad(Posthorn posthorn) {
    this.posthorn = posthorn;
    for (int i = 0; i < Ledger.ENDPOINTS; i++) {
      add("/" + i, TYPE);
    }
    add("/probe", PROBE);
  }

  private void add(String path, String type) {
    posthorn.endpoints().add(NewEndpoint.builder(receiver.url(path)).events(type).build());
  }

  Ledger ledger() {
    return ledger;
  }

  /** Forgets what was before, and begins to send. */
  void start() {
    ledger.begin();
    sending = true;
    for (int i = 0; i < THREADS; i++) {
      threads.add(Thread.ofPlatform().daemon().name("chaos-sender-" + i).start(this::send));
    }
  }

  /** Stops to send, and waits for the calls that run. */
  void stop() throws InterruptedException {
    sending = false;
    for (Thread thread : threads) {
      thread.join();
    }
    threads.clear();
  }

  private void send() {
    while (sending) {
      try {
        ledger.accepted(posthorn.send(message(TYPE)).id());
      } catch (PosthornException e) {
        ledger.refused();
      }
      LockSupport.parkNanos(PERIOD_NANOS);
    }
  }

  private static NewMessage message(String type) {
    return NewMessage.of(type, BODY, "application/octet-stream");
  }

  /**
   * Sends a message of its own until one is accepted, and waits for its arrival.
   *
   * @return the time that this took
   * @throws AssertionError if it takes longer than {@code patience}
   */
  Duration probe(Duration patience) {
    long start = System.nanoTime();
    @Nullable String id = null;
    while (id == null || !probes.contains(id)) {
      if (System.nanoTime() - start > patience.toNanos()) {
        throw new AssertionError(
            "Not within "
                + patience
                + " after the database was back: a message is "
                + (id == null ? "accepted" : "delivered"));
      }
      if (id == null) {
        id = sendProbe();
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private @Nullable String sendProbe() {
    try {
      return posthorn.send(message(PROBE)).id();
    } catch (PosthornException e) {
      return null;
    }
  }

  private Answer receive(ReceivedRequest request) {
    String id = Objects.requireNonNull(request.header("webhook-id"));
    String path = request.path().substring(1);
    if (path.equals("probe")) {
      probes.add(id);
      return Answer.status(204);
    }
    if (ThreadLocalRandom.current().nextInt(100) < FAILING_PERCENT) {
      return Answer.status(500);
    }
    ledger.arrived(id, Integer.parseInt(path));
    return Answer.status(204);
  }

  @Override
  public void close() {
    sending = false;
    receiver.close();
  }
}
