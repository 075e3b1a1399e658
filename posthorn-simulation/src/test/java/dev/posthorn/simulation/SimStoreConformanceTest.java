package dev.posthorn.simulation;

import dev.posthorn.spi.store.Store;
import dev.posthorn.testkit.store.StoreConformance;
import dev.posthorn.testkit.store.StoreFixture;
import org.jspecify.annotations.Nullable;

class SimStoreConformanceTest extends StoreConformance {
  @Override
  protected StoreFixture fixture() {
    return new StoreFixture() {
      private @Nullable SimStore last;

      @Override
      public Store open() {
        SimStore before = last;
        SimStore opened = before == null ? SimStore.shared() : before.reopen();
        last = opened;
        return opened;
      }

      @Override
      public Store openAfterKill(Store running) {
        return open();
      }

      @Override
      public void close() {
        // Nothing lasts longer than the test.
      }
    };
  }
}
