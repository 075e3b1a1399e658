package dev.posthorn.internal.engine.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.base.Condition;
import dev.posthorn.internal.engine.base.Guard;
import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.spi.runtime.Clock;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointSpec;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.ParkedKey;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoreReaderTest {
  private final ArrayDeque<Runnable> workers = new ArrayDeque<>();
  private final List<Long> read = new ArrayList<>();
  private final StoreReader reader =
      new StoreReader(
          Runnable::run,
          System::nanoTime,
          store(),
          workers::add,
          new Guard(Clock.system(), new Condition()));

  /** Returns a store that takes note of the endpoints whose pages are read. */
  private Store store() {
    PartitionReads reads =
        proxy(
            PartitionReads.class,
            args -> {
              read.add((Long) args[0]);
              return List.of();
            });
    return proxy(Store.class, args -> reads);
  }

  private interface Answer {
    Object of(Object[] args);
  }

  private static <T> T proxy(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, args) -> answer.of(args)));
  }

  private void readPage(long application, long endpoint) {
    EndpointRow row =
        new EndpointRow(
            endpoint,
            application,
            EndpointSpec.to("http://e.test/").build(),
            EndpointState.ENABLED,
            1,
            1);
    reader.readPage(
        new RegisteredEndpoint(1, 0, row, List.of()), ParkedKey.START, 8, rows -> {}, () -> {});
  }

  @Test
  void nobodyWaitsForTheReadsOfAnotherApplication() {
    for (int i = 0; i < 1_000; i++) {
      readPage(1, 100 + i);
    }
    readPage(2, 99);
    assertThat(workers).as("reads at once").hasSize(4);
    for (int i = 0; i < 6; i++) {
      workers.remove().run();
    }
    assertThat(read).hasSize(6).contains(99L);
  }

  @Test
  void allAreReadInTheEnd() {
    for (int i = 0; i < 100; i++) {
      readPage(i % 3, i);
    }
    while (!workers.isEmpty()) {
      workers.remove().run();
    }
    assertThat(read).hasSize(100).doesNotHaveDuplicates();
  }
}
