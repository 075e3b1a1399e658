package dev.posthorn.spi.runtime;

import java.util.List;
import java.util.concurrent.Executor;

/** The threads of one engine: event loops for lanes, one writer, and workers that may block. */
public interface Scheduler extends AutoCloseable {

  /** Returns the event loops, at least one; each owns a fixed share of the shards. */
  List<Loop> loops();

  /** Returns the writer: the one thread that commits to the store, and may block doing so. */
  Loop writer();

  /** Returns the workers: for store reads, listeners and costly signatures, which may block. */
  Executor workers();

  /**
   * Returns what runs the code of users: what hangs on futures, and listeners. A task may block for
   * as long as it likes without keeping another from running, and none is ever refused.
   */
  Executor callbacks();

  /** Stops all threads, after the tasks that are running now. Tasks still queued are dropped. */
  @Override
  void close();
}
