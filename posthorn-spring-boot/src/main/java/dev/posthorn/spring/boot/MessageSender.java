package dev.posthorn.spring.boot;

import dev.posthorn.Application;
import dev.posthorn.NewMessage;
import dev.posthorn.Receipt;
import dev.posthorn.internal.api.ObservableApplication;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The step from the bean's {@code send} to that of the open Posthorn. It joins transactions and is
 * observed.
 */
public interface MessageSender {
  /** Nobody who wants to know the id of a message. */
  Consumer<String> NOBODY = id -> {};

  /** Sends through the application itself. */
  MessageSender DIRECT =
      new MessageSender() {
        @Override
        public Receipt send(
            Application application, NewMessage message, Consumer<String> committed) {
          return !committed.equals(NOBODY)
                  && application instanceof ObservableApplication observable
              ? observable.send(message, committed)
              : application.send(message);
        }

        @Override
        public CompletableFuture<Receipt> sendAsync(
            Application application, NewMessage message, Consumer<String> committed) {
          return !committed.equals(NOBODY)
                  && application instanceof ObservableApplication observable
              ? observable.sendAsync(message, committed)
              : application.sendAsync(message);
        }
      };

  /**
   * Sends a message to an application, and waits until it is stored.
   *
   * @param committed called with the message's id before any of its deliveries starts; must not
   *     block
   */
  Receipt send(Application application, NewMessage message, Consumer<String> committed);

  /** Sends a message to an application without waiting; see {@link #send}. */
  CompletableFuture<Receipt> sendAsync(
      Application application, NewMessage message, Consumer<String> committed);

  /**
   * Returns whether a message that this thread sends now exists only if its current transaction
   * commits; false without a transaction.
   */
  default boolean joinsCurrentTransaction() {
    return false;
  }
}
