package dev.posthorn.spring.boot;

import dev.posthorn.Application;
import dev.posthorn.NewMessage;
import dev.posthorn.Receipt;
import java.util.concurrent.CompletableFuture;

/** The step from the bean's {@code send} to that of the open Posthorn; wrapped by observations. */
public interface MessageSender {
  /** Sends through the application itself. */
  MessageSender DIRECT =
      new MessageSender() {
        @Override
        public Receipt send(Application application, NewMessage message) {
          return application.send(message);
        }

        @Override
        public CompletableFuture<Receipt> sendAsync(Application application, NewMessage message) {
          return application.sendAsync(message);
        }
      };

  /** Sends a message to an application, and waits until it is stored. */
  Receipt send(Application application, NewMessage message);

  /** Sends a message to an application without waiting. */
  CompletableFuture<Receipt> sendAsync(Application application, NewMessage message);
}
