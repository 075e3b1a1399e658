package dev.posthorn.server.api.console;

import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import org.jspecify.annotations.Nullable;

/** Something that has just happened. */
sealed interface TailEvent {
  /** Returns the application that it belongs to. */
  ApplicationRow application();

  /** Returns the description of its message, or null if it is not in memory. */
  @Nullable MessageSpec message();

  /**
   * A message was accepted.
   *
   * @param id its id
   * @param targets the number of endpoints that it is for
   */
  record Accepted(long id, ApplicationRow application, MessageSpec message, int targets)
      implements TailEvent {}

  /** An attempt ended. */
  record Attempted(
      AttemptRow attempt,
      EndpointRow endpoint,
      ApplicationRow application,
      @Nullable MessageSpec message)
      implements TailEvent {}
}
