package dev.posthorn.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.spi.store.reads.MessageFilter;
import dev.posthorn.spi.store.reads.MessageQuery;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.reads.Reads;
import dev.posthorn.spi.store.rows.DedupeKey;
import dev.posthorn.spi.store.rows.DedupeRow;
import dev.posthorn.spi.store.rows.ParkedKey;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Rules about who reads: nobody waits for those who can wait. */
interface ReadingRules extends StoreRules {

  @Test
  default void listsThatTakeLongHoldUpNeitherTheWriterNorTheEngine() throws Exception {
    commit(
        b -> {
          b.messages.add(Rows.message(10, 5));
          b.parked.add(Rows.parked(11, 5, 10, 2_000));
          b.dedupe.add(new DedupeRow("scope", "key", new byte[] {1}, 10, 500));
        });
    CountDownLatch end = new CountDownLatch(1);
    ExecutorService users = Executors.newCachedThreadPool();
    try {
      CountDownLatch reading = new CountDownLatch(1);
      MessageFilter slow = new MessageFilter(new SlowSet(reading, end), null, null, null, 0);
      List<CompletableFuture<?>> lists = new ArrayList<>();
      for (int i = 0; i < 70; i++) { // more than any store has connections
        lists.add(
            CompletableFuture.supplyAsync(
                () ->
                    store()
                        .forLists(Rows.APPLICATION)
                        .in(partition())
                        .messages(
                            new MessageQuery(
                                Rows.APPLICATION, new PageRequest(0, 100, false, 10), slow)),
                users));
      }
      assertThat(reading.await(30, TimeUnit.SECONDS)).isTrue();
      CompletableFuture.runAsync(this::readAndWrite, users).get(30, TimeUnit.SECONDS);
      assertThat(lists).noneMatch(CompletableFuture::isDone);
      end.countDown();
      for (CompletableFuture<?> list : lists) {
        list.get(30, TimeUnit.SECONDS);
      }
    } finally {
      end.countDown();
      users.shutdown();
    }
  }

  private void readAndWrite() {
    Reads writer = store().forWriter();
    assertThat(writer.dedupe(List.of(new DedupeKey("scope", "key")), 1)).hasSize(1);
    PartitionReads rows = writer.in(partition());
    assertThat(rows.live(10)).hasSize(1);
    assertThat(rows.message(10)).isNotNull();
    assertThat(reads().parked(5, ParkedKey.START, 10)).hasSize(1);
    assertThat(Rows.messages(reads(), 10)).hasSize(1);
    commit(b -> b.parkedRemovals.add(Rows.parked(11, 5, 10, 2_000)));
    assertThat(rows.live(10)).isEmpty();
  }

  /** A set that has nothing, and takes its time to say so. */
  final class SlowSet extends AbstractSet<String> {
    private final CountDownLatch asked;
    private final CountDownLatch answer;

    SlowSet(CountDownLatch asked, CountDownLatch answer) {
      this.asked = asked;
      this.answer = answer;
    }

    @Override
    public boolean contains(Object type) {
      asked.countDown();
      try {
        answer.await();
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
}
