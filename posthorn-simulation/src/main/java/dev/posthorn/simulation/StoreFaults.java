package dev.posthorn.simulation;

import dev.posthorn.spi.store.Batch;

/** The faults of a simulated store: each call returns, or throws as the real thing may. */
interface StoreFaults {
  /** No faults. */
  StoreFaults NONE =
      new StoreFaults() {
        @Override
        public void commit(Batch batch, Runnable apply) {
          apply.run();
        }

        @Override
        public void read() {}

        @Override
        public void upkeep() {}
      };

  /** Calls {@code apply} or not, and returns or throws, as a commit may. */
  void commit(Batch batch, Runnable apply);

  /** Returns or throws, as a read may. */
  void read();

  /** Returns or throws, as upkeep may. */
  void upkeep();
}
