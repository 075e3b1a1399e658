package dev.posthorn.internal.api;

import dev.posthorn.NewMessage;
import dev.posthorn.Receipt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** An application that tells the id of a message before any of its deliveries starts. */
public interface ObservableApplication {

  /**
   * Sends a message.
   *
   * @param committed called with the id once the message is on disk; must not block
   */
  Receipt send(NewMessage message, Consumer<String> committed);

  /** Sends a message without waiting; see {@link #send}. */
  CompletableFuture<Receipt> sendAsync(NewMessage message, Consumer<String> committed);
}
