package dev.posthorn.internal.postgresql.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.postgresql.connection.Readers;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.testkit.receiver.Await;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whoever asks for the size does not wait for a database that does not answer. */
class SchemaSizeTest {
  /** Answers of the database: a size, or a negative number for a failure. */
  private final BlockingQueue<Long> answers = new LinkedBlockingQueue<>();

  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicLong now = new AtomicLong();
  private final SchemaSize size = new SchemaSize(new Database(), now::get);

  private final class Database implements Readers {
    @Override
    @SuppressWarnings("unchecked") // the size is a number
    public <T> @Nullable T find(Find<T> find) {
      asked.incrementAndGet();
      try {
        Long answer = answers.take();
        if (answer < 0) {
          throw new StoreException(StoreException.Reason.IO, "away", null);
        }
        return (T) answer;
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private void pass(long seconds) {
    now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }

  @Test
  void theLastSizeIsReturnedWhileTheDatabaseIsAway() {
    answers.add(100L);
    assertThat(size.bytes()).isEqualTo(100);
    pass(9);
    assertThat(size.bytes()).isEqualTo(100);
    assertThat(asked).hasValue(1);
    pass(2);
    for (int i = 0; i < 5; i++) { // none of these waits, and one thread does
      assertThat(size.bytes()).isEqualTo(100);
    }
    Await.until("it is asked", () -> asked.get() == 2);
    answers.add(-1L);
    Await.until("that failed", answers::isEmpty);
    assertThat(size.bytes()).isEqualTo(100);
    answers.add(200L);
    Await.until(
        "it is read again",
        () -> {
          pass(11);
          return size.bytes() == 200;
        });
  }

  @Test
  void anUnknownSizeIsAskedForAgain() {
    answers.add(-1L);
    assertThat(size.bytes()).isEqualTo(-1);
    answers.add(5L);
    pass(11);
    assertThat(size.bytes()).isEqualTo(5);
  }
}
