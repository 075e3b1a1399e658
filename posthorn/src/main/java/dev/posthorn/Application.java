package dev.posthorn;

import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One of your customers: the tenant that endpoints and messages belong to. Thread-safe.
 *
 * <p>Methods throw {@link PosthornException} with a {@link Reason}, which says whether another try
 * helps.
 */
public interface Application {

  /** Returns the id, such as {@code app_…}. */
  String id();

  /** Returns your own name for the application, or null. */
  @Nullable String uid();

  /** Returns the name for people; at first the uid. */
  String name();

  /** Returns your own metadata. */
  Map<String, String> metadata();

  /**
   * Changes the name for people; on disk when this returns.
   *
   * @param name 1 to 256 characters
   */
  void rename(String name);

  /**
   * Replaces your own metadata; on disk when this returns.
   *
   * @param metadata at most 50 notes, each with a key of 1 to 100 and a value of up to 500
   *     characters
   */
  void updateMetadata(Map<String, String> metadata);

  /** Returns the endpoints. */
  Endpoints endpoints();

  /** Returns the messages. */
  Messages messages();

  /**
   * Sends a message. The message and all of its deliveries are on disk when this returns.
   *
   * <p>Deliveries start soon after, and continue when a closed file is opened again. {@link
   * Messages#await} waits for them.
   *
   * @throws PosthornException if nothing was stored: INVALID, TOO_LARGE, CONFLICT (the event id was
   *     used for another message), OVERLOADED, STORE_FULL, STORE_FAILED, NOT_FOUND (the application
   *     was removed) or CLOSED; or with UNKNOWN if the disk did not answer in time: send the
   *     message again under the same event id
   */
  Receipt send(NewMessage message);

  /** Sends an event with a payload that becomes, or is, JSON; see {@link #send(NewMessage)}. */
  default Receipt send(String type, Object payload) {
    return send(NewMessage.of(type, payload));
  }

  /**
   * Sends a message without waiting. The future completes when the message is on disk, or fails
   * with the exception of {@link #send(NewMessage)}. It completes on a virtual thread, so dependent
   * stages may block and may call Posthorn.
   */
  CompletableFuture<Receipt> sendAsync(NewMessage message);

  /**
   * Sends a message without waiting; see {@link #sendAsync(NewMessage)}.
   *
   * @param executor the executor that completes the future
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

  /**
   * Writes a message to the inbox in the transaction of a connection of your own database: if the
   * transaction is committed, the message is sent, else it is not. Needs {@link
   * PosthornOptions.Builder#inbox(InboxOptions)}.
   *
   * <p>The connection is used for one INSERT, and stays as it is. With auto-commit, the message is
   * sent in any case. Call {@link Inbox#nudge} after the commit if you can.
   *
   * @return the message's id, which receivers see as {@code webhook-id}. {@link #messages} find the
   *     message by it soon after the commit
   * @throws PosthornException if no row was written: INVALID, also for a connection that is closed
   *     or read-only and for a table that does not exist; TOO_LARGE, NOT_FOUND or CLOSED as with
   *     {@link #send(NewMessage)}; STORE_FAILED if your database failed. Roll the transaction back
   *     then
   */
  String send(Connection connection, NewMessage message);

  /** Writes an event to the inbox; see {@link #send(Connection, NewMessage)}. */
  default String send(Connection connection, String type, Object payload) {
    return send(connection, NewMessage.of(type, payload));
  }

  /**
   * Writes messages to the inbox with one batch; see {@link #send(Connection, NewMessage)}.
   *
   * @return the ids of the messages in their order
   * @throws PosthornException also with INVALID if the connection is in auto-commit mode and there
   *     are several messages: some might be sent and others not
   */
  List<String> sendAll(Connection connection, List<NewMessage> messages);
}
