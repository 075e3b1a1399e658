package dev.posthorn.internal.sqlite.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.SqliteOptions;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.reads.MessageFilter;
import dev.posthorn.spi.store.reads.MessageQuery;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists of an application that reads much alternate with lists of other applications. */
class ListTurnsTest {
  private final List<Long> order = new CopyOnWriteArrayList<>();
  private final CountDownLatch release = new CountDownLatch(1);
  @TempDir Path directory;

  /** A set of types that records whose list queries it, and makes the list wait. */
  private final class Asked extends AbstractSet<String> {
    private final long application;

    Asked(long application) {
      this.application = application;
    }

    @Override
    public boolean contains(Object type) {
      order.add(application);
      try {
        release.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return false;
    }

    @Override
    public Iterator<String> iterator() {
      return Collections.emptyIterator();
    }

    @Override
    public int size() {
      return 1;
    }
  }

  private Thread list(Store store, long application) {
    MessageFilter filter = new MessageFilter(new Asked(application), null, null, null, 0);
    MessageQuery query = new MessageQuery(application, new PageRequest(0, 100, false, 10), filter);
    Thread thread =
        new Thread(
            () -> {
              try {
                var unused = store.forLists(application).in(0).messages(query);
              } catch (StoreException e) {
                // It took so long that it was interrupted.
              }
            });
    thread.setDaemon(true);
    thread.start();
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    return thread;
  }

  @Test
  void applicationsTakeTurns() throws Exception {
    Path file = directory.resolve("store.db");
    try (Store store = SqliteStoreOpener.open(file, SqliteOptions.builder().readers(1).build())) {
      Batch batch = new Batch();
      for (long id = 1; id <= 2; id++) {
        batch
            .in(0)
            .messages
            .add(
                new MessageRow(
                    id,
                    id,
                    MessageSpec.of("type").withContentType("text/plain"),
                    new long[0],
                    new byte[0]));
      }
      batch.idFloor = 2;
      store.commit(batch);
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        threads.add(list(store, 1));
      }
      threads.add(list(store, 2));
      release.countDown();
      for (Thread thread : threads) {
        assertThat(thread.join(Duration.ofSeconds(30))).isTrue();
      }
      assertThat(order).containsExactly(1L, 1L, 2L, 1L, 1L, 1L, 1L);
    }
  }
}
