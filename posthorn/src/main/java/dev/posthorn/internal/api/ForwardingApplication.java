package dev.posthorn.internal.api;

import dev.posthorn.Application;
import dev.posthorn.Endpoints;
import dev.posthorn.Messages;
import dev.posthorn.NewMessage;
import dev.posthorn.Receipt;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An application that is another one. */
abstract class ForwardingApplication implements Application, ObservableApplication {
  /** Returns the application itself. */
  abstract OpenApplication own();

  @Override
  public String id() {
    return own().id();
  }

  @Override
  public @Nullable String uid() {
    return own().uid();
  }

  @Override
  public String name() {
    return own().name();
  }

  @Override
  public Map<String, String> metadata() {
    return own().metadata();
  }

  @Override
  public void rename(String name) {
    own().rename(name);
  }

  @Override
  public void updateMetadata(Map<String, String> metadata) {
    own().updateMetadata(metadata);
  }

  @Override
  public Endpoints endpoints() {
    return own().endpoints();
  }

  @Override
  public Messages messages() {
    return own().messages();
  }

  @Override
  public Receipt send(NewMessage message) {
    return own().send(message);
  }

  @Override
  public CompletableFuture<Receipt> sendAsync(NewMessage message) {
    return own().sendAsync(message);
  }

  @Override
  public Receipt send(NewMessage message, Consumer<String> committed) {
    return own().send(message, committed);
  }

  @Override
  @SuppressWarnings("overloads") // a callback and an executor: no lambda fits both
  public CompletableFuture<Receipt> sendAsync(NewMessage message, Consumer<String> committed) {
    return own().sendAsync(message, committed);
  }

  @Override
  public String send(Connection connection, NewMessage message) {
    return own().send(connection, message);
  }

  @Override
  public List<String> sendAll(Connection connection, List<NewMessage> messages) {
    return own().sendAll(connection, messages);
  }
}
