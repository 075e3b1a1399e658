package dev.posthorn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Await;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;

/** A sender that goes on whatever happens to the database, and the ids that were accepted. */
final class Sender implements AutoCloseable {
  private final Set<String> accepted = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final Future<?> running;

  /**
   * Begins to send.
   *
   * @param send sends a message with a number, and returns its id
   */
  Sender(IntFunction<String> send) {
    running = thread.submit(() -> sendAll(send));
  }

  private void sendAll(IntFunction<String> send) {
    for (int i = 0; !ended.get(); i++) {
      try {
        accepted.add(send.apply(i));
      } catch (PosthornException e) {
        assertThat(e.reason()).isIn(Reason.STORE_FAILED, Reason.UNKNOWN, Reason.OVERLOADED);
      }
    }
  }

  /** Returns the ids of the messages that were accepted so far. */
  Set<String> accepted() {
    return accepted;
  }

  /** Waits until so many more messages are accepted. */
  void awaitMore(int count) {
    int before = accepted.size();
    Await.until("messages are accepted", () -> accepted.size() > before + count);
  }

  /** Ends; fails if a message was refused for another reason than the database's. */
  void stop() throws Exception {
    ended.set(true);
    running.get();
  }

  @Override
  public void close() {
    ended.set(true);
    thread.shutdownNow();
  }
}
