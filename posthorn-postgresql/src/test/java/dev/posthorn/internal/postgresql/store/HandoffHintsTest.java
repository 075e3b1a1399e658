package dev.posthorn.internal.postgresql.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.postgresql.connection.Sessions;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.rows.HandoffRow;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class HandoffHintsTest {
  private static final long MILLI = 1_000_000;

  private final List<String> given = new ArrayList<>();
  private final AtomicReference<Consumer<String>> listener = new AtomicReference<>();
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private boolean fails;
  private final HandoffHints hints =
      new HandoffHints(sessions(), Set.of(3, 7)::contains, nanos::get);

  @SuppressWarnings("unchecked") // the parameter of listen
  private Sessions sessions() {
    return (Sessions)
        Proxy.newProxyInstance(
            Sessions.class.getClassLoader(),
            new Class<?>[] {Sessions.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("listen")) {
                listener.set((Consumer<String>) arguments[0]);
              } else if (fails) {
                throw new StoreException(StoreException.Reason.IO, "not now", null);
              } else {
                given.add((String) arguments[0]);
              }
              return null;
            });
  }

  private static Batch batch(int... partitions) {
    Batch batch = new Batch();
    batch.in(9).handoffRemovals.add(1L);
    for (int partition : partitions) {
      batch.in(partition).handoffs.add(HandoffRow.task(1, 2));
    }
    return batch;
  }

  @Test
  void aHintNamesThePartitionsWithHandoffs() {
    hints.give(batch());
    assertThat(given).isEmpty();
    hints.give(batch(255, 0));
    assertThat(given).hasSize(1);
    assertThat(given.getFirst().split(",", -1)).containsExactlyInAnyOrder("255", "0");
  }

  @Test
  void oneIsGivenEveryTenMillisecondsAtMost() {
    hints.give(batch(1));
    nanos.addAndGet(10 * MILLI - 1);
    hints.give(batch(2));
    hints.give(batch(3));
    assertThat(given).containsExactly("1");
    nanos.addAndGet(1);
    hints.give(batch());
    assertThat(given).containsExactly("1", "2,3");
    hints.give(batch(4));
    nanos.addAndGet(10 * MILLI);
    hints.give(batch());
    hints.give(batch());
    assertThat(given).containsExactly("1", "2,3", "4");
  }

  @Test
  void noneIsNeededWhileTheOwnerLooksOften() {
    hints.give(batch(1));
    for (int i = 0; i < 3; i++) {
      nanos.addAndGet(100 * MILLI - 1);
      hints.give(batch(1));
    }
    nanos.addAndGet(20 * MILLI);
    hints.give(batch(1, 2));
    nanos.addAndGet(100 * MILLI);
    hints.give(batch(1));
    assertThat(given).containsExactly("1", "2", "1");
  }

  @Test
  void aHintThatCannotBeGivenIsLeftOut() {
    fails = true;
    hints.give(batch(1));
    fails = false;
    nanos.addAndGet(10 * MILLI);
    hints.give(batch(2));
    assertThat(given).containsExactly("2");
  }

  @Test
  void onlyHintsAboutOwnPartitionsArePassedOn() {
    AtomicInteger passedOn = new AtomicInteger();
    hints.take(passedOn::incrementAndGet);
    Consumer<String> told = Objects.requireNonNull(listener.get());
    for (String text : List.of("1,2,37", "", "wake up", "8,x,7")) {
      told.accept(text);
    }
    assertThat(passedOn).hasValue(0);
    told.accept("1,7,3");
    assertThat(passedOn).hasValue(1);
    told.accept("3");
    assertThat(passedOn).hasValue(2);
  }
}
