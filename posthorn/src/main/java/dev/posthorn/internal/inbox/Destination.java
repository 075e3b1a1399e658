package dev.posthorn.internal.inbox;

import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.base.SendResult;
import java.util.OptionalLong;

/** The engine as the relay sees it. Thread-safe. */
public interface Destination {
  /** Receives the result of a message, on a thread that must not be blocked. */
  interface Result {
    void stored(SendResult result);

    void refused(PosthornException why);
  }

  /** Returns the id of an application by its uid or public id, or nothing if it is unknown. */
  OptionalLong application(String name);

  /** Throws INVALID if an event type is unknown and may not be. */
  void requireType(String type);

  /**
   * Returns whether a message with a public id that its sender chose is stored.
   *
   * @throws dev.posthorn.spi.store.StoreException if the store cannot be read
   */
  boolean isStored(long application, String messageId);

  /**
   * Hands a message over; returns before it is stored.
   *
   * @throws PosthornException if it is refused at once; the result is not told then
   */
  void accept(SendRequest message, Result result);

  /** Takes note of what became of a message, on the relay's thread. */
  void sent(SendRequest message, SendResult result);

  /** Returns the maximum size of a payload in bytes. */
  int maxPayloadSize();

  /** Returns the wall time in milliseconds. */
  long millis();

  /** Reports a failure that nobody foresaw. */
  void report(Throwable why);
}
