package dev.posthorn;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One of your customers: the tenant that endpoints and messages belong to. Thread-safe.
 *
 * <p>What cannot be done throws {@link PosthornException}; {@link PosthornException#reason} says
 * why, and each reason's own description whether it is worth another try.
 */
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
   * @param name 1 to 256 characters
   */
  void rename(String name);

  /**
   * Sets your own notes about it instead of the present ones; on disk when this returns.
   *
   * @param metadata at most 50 notes, each with a key of 1 to 100 and a value of up to 500
   *     characters
   */
  void updateMetadata(Map<String, String> metadata);

  /** Returns its endpoints. */
  Endpoints endpoints();

  /** Returns its messages. */
  Messages messages();

  /**
   * Sends a message; it and all of its deliveries are on disk when this returns.
   *
   * <p>It is delivered soon after; what has not been when Posthorn is closed goes on when the file
   * is opened again. To wait for that, see {@link Messages#await}.
   *
   * @throws PosthornException if it was refused, and nothing is stored: INVALID, TOO_LARGE,
   *     CONFLICT (its event id was used for another message), OVERLOADED, STORE_FULL, STORE_FAILED,
   *     NOT_FOUND (the application was removed) or CLOSED; or with UNKNOWN if the disk did not
   *     answer in time: it may be stored or not, so send it again under the same event id
   */
  Receipt send(NewMessage message);

  /** Sends an event with a payload that becomes, or is, JSON; see {@link #send(NewMessage)}. */
  default Receipt send(String type, Object payload) {
    return send(NewMessage.of(type, payload));
  }

  /**
   * Sends a message without waiting: the future completes when it is on disk, or fails as {@link
   * #send(NewMessage)} throws. It completes on a virtual thread, so what hangs on it may block, and
   * may call Posthorn.
   */
  CompletableFuture<Receipt> sendAsync(NewMessage message);

  /**
   * Sends a message without waiting; see {@link #sendAsync(NewMessage)}.
   *
   * @param executor where the future completes
   */
  default CompletableFuture<Receipt> sendAsync(NewMessage message, Executor executor) {
    return sendAsync(message).thenApplyAsync(receipt -> receipt, executor);
  }

  /** Sends an event without waiting; see {@link #sendAsync(NewMessage)}. */
  default CompletableFuture<Receipt> sendAsync(String type, Object payload) {
    try {
      return sendAsync(NewMessage.of(type, payload));
    } catch (PosthornException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
