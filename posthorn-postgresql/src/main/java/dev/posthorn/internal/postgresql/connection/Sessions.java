package dev.posthorn.internal.postgresql.connection;

import dev.posthorn.spi.runtime.Owner;
import java.util.function.Consumer;

/** The connections of a store. Each purpose has its own, so nobody waits for those who can wait. */
public interface Sessions extends AutoCloseable {

  /** Returns the writer, for the engine's committing thread. */
  Writer writer();

  /** Returns the reads of the committing thread, which wait for no other read. */
  Readers forWriter();

  /** Returns the reads of the engine: pages, payloads, start-up. */
  Readers forEngine();

  /** Returns the reads of users. Few run at the same time, and owners take turns. */
  Readers forLists(Owner owner);

  /**
   * Tells all processes that listen something, now or never: it is a hint. Takes one round trip on
   * the connection of {@link #forWriter}.
   */
  void hint(String text);

  /**
   * Passes on what processes tell each other from now on, on a thread and a connection of its own.
   * Must be called once at most.
   *
   * @param told must return at once
   */
  void listen(Consumer<String> told);

  /** Waits for running transactions, and closes all connections. */
  @Override
  void close();
}
