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
import org.jspecify.annotations.Nullable;

/** An application that passes each call on to another one. */
public abstract class ForwardingApplication implements Application {
  /** Creates an application. */
  protected ForwardingApplication() {}

  /** Returns the application that gets the calls. */
  protected abstract Application own();

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
  public String send(Connection connection, NewMessage message) {
    return own().send(connection, message);
  }

  @Override
  public List<String> sendAll(Connection connection, List<NewMessage> messages) {
    return own().sendAll(connection, messages);
  }
}
