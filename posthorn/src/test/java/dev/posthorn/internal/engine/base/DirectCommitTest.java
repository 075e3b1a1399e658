package dev.posthorn.internal.engine.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.internal.engine.RestoreHold;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Lease;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DirectCommitTest {
  private final List<Long> epochs = new ArrayList<>();
  private long epoch = 3;
  private int losses;

  private final Store store =
      (Store)
          Proxy.newProxyInstance(
              Store.class.getClassLoader(),
              new Class<?>[] {Store.class},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "idFloor" -> 7L;
                    case "lease" -> lease();
                    case "commit" -> {
                      commit((Batch) arguments[0]);
                      yield null;
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                  });

  private Lease lease() {
    return new Lease() {
      @Override
      public boolean isHeld() {
        return true;
      }

      @Override
      public long epoch() {
        return epoch;
      }
    };
  }

  private void commit(Batch batch) {
    epochs.add(batch.epoch);
    if (losses > 0) {
      losses--;
      epoch++;
      throw new StoreException(StoreException.Reason.LOST, "planted", null);
    }
  }

  @Test
  void theBatchHasTheEpochInWhichItIsWritten() {
    RestoreHold.set(store, 1);
    assertThat(epochs).containsExactly(3L);
  }

  @Test
  void itIsWrittenAgainInTheNextEpoch() {
    losses = 2;
    RestoreHold.set(store, 1);
    assertThat(epochs).containsExactly(3L, 4L, 5L);
  }

  @Test
  void itIsNotTriedForever() {
    losses = 100;
    assertThatThrownBy(() -> RestoreHold.set(store, 1))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.LOST));
    assertThat(epochs).hasSize(5);
  }
}
