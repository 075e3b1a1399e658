package dev.posthorn;

import dev.posthorn.error.PosthornException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One of your customers: the tenant that endpoints and messages belong to. Thread-safe. */
public interface Application {

  /** Returns its id, such as {@code app_…}. */
  String id();

  /** Returns your own name for it, or null. */
  @Nullable String uid();

  /** Returns what people call it: its uid at first. */
  String name();

  /** Returns your own notes about it. */
  Map<String, String> metadata();

  /**
   * Calls it something else from now on; on disk when this returns.
   *
   * @param name 1 to 256 characters, not only blanks
   */
  void rename(String name);

  /**
   * Sets your own notes about it instead of the present ones; on disk when this returns.
   *
   * @param metadata at most 50 notes, each with a key of 1 to 100 and a value of up to 500
   *     characters
   */
  void changeMetadata(Map<String, String> metadata);

  /** Returns its endpoints. */
  Endpoints endpoints();

  /** Returns its messages. */
  Messages messages();

  /**
   * Sends a message; it and all of its deliveries are on disk when this returns.
   *
   * @throws PosthornException if it was refused: nothing is stored then; or with UNKNOWN if the
   *     disk did not answer in time
   */
  Receipt send(NewMessage message);

  /** Sends an event with a payload that becomes, or is, JSON; see {@link #send(NewMessage)}. */
  default Receipt send(String type, Object payload) {
    return send(NewMessage.of(type, payload));
  }

  /**
   * Sends a message without waiting: the future completes when it is on disk, or fails as {@link
   * #send(NewMessage)} throws.
   */
  CompletableFuture<Receipt> sendAsync(NewMessage message);

  /** Sends an event without waiting; see {@link #sendAsync(NewMessage)}. */
  default CompletableFuture<Receipt> sendAsync(String type, Object payload) {
    try {
      return sendAsync(NewMessage.of(type, payload));
    } catch (PosthornException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
