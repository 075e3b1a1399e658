package dev.posthorn.testkit.simulation;

import dev.posthorn.store.Store;
import dev.posthorn.testkit.store.StoreConformance;
import dev.posthorn.testkit.store.StoreFixture;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

class SimStoreConformanceTest extends StoreConformance {
  @Override
  protected StoreFixture fixture() {
    return new StoreFixture() {
      private @Nullable SimStore last;

      @Override
      public Store open(InstantSource clock) {
        SimStore before = last;
        SimStore opened = before == null ? new SimStore(clock) : before.reopen(clock);
        last = opened;
        return opened;
      }

      @Override
      public Store openAfterKill(Store running, InstantSource clock) {
        return open(clock);
      }

      @Override
      public void close() {
        // Nothing lasts longer than the test.
      }
    };
  }
}
