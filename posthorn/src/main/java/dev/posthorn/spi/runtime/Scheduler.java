package dev.posthorn.spi.runtime;

import java.util.List;
import java.util.concurrent.Executor;

/** The threads of one engine: event loops for lanes, one writer, and workers that may block. */
public interface Scheduler extends AutoCloseable {

  /** Returns the event loops, at least one; each owns a fixed share of the shards. */
  List<Loop> loops();

  /** Returns the writer: the one thread that commits to the store, and may block doing so. */
  Loop writer();

  /** Returns the workers: for store reads, listeners and expensive signatures, which may block. */
  Executor workers();

  /**
   * Returns the executor of user code: continuations of futures, and listeners. A task may block as
   * long as it likes without delaying another, and no task is ever rejected.
   */
  Executor callbacks();

  /** Stops all threads after their current tasks. Queued tasks are dropped. */
  @Override
  void close();
}
