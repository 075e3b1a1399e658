package dev.posthorn.spring.boot;

import dev.posthorn.Application;
import dev.posthorn.Endpoints;
import dev.posthorn.Messages;
import dev.posthorn.NewMessage;
import dev.posthorn.Posthorn;
import dev.posthorn.Receipt;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** An application of a {@link ManagedPosthorn}: the same one after a restart of the context. */
final class ManagedApplication implements Application {
  private final ManagedPosthorn owner;
  private final String id;
  private volatile Opened opened;

  /** An application with the Posthorn that it comes from. */
  private record Opened(Posthorn posthorn, Application application) {}

  ManagedApplication(ManagedPosthorn owner, Posthorn posthorn, Application application) {
    this.owner = owner;
    this.id = application.id();
    this.opened = new Opened(posthorn, application);
  }

  @SuppressWarnings("ReferenceEquality") // the same one, and no other that is open
  private Application current() {
    Posthorn posthorn = owner.current();
    Opened present = opened;
    if (present.posthorn != posthorn) {
      present = new Opened(posthorn, posthorn.applicationWithId(id));
      opened = present;
    }
    return present.application;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public @Nullable String uid() {
    return opened.application.uid();
  }

  @Override
  public String name() {
    return current().name();
  }

  @Override
  public Map<String, String> metadata() {
    return current().metadata();
  }

  @Override
  public void rename(String name) {
    current().rename(name);
  }

  @Override
  public void updateMetadata(Map<String, String> metadata) {
    current().updateMetadata(metadata);
  }

  @Override
  public Endpoints endpoints() {
    return current().endpoints();
  }

  @Override
  public Messages messages() {
    return current().messages();
  }

  @Override
  public Receipt send(NewMessage message) {
    return owner.sender().send(current(), message, MessageSender.NOBODY);
  }

  @Override
  public CompletableFuture<Receipt> sendAsync(NewMessage message) {
    return owner.sender().sendAsync(current(), message, MessageSender.NOBODY);
  }

  @Override
  public String send(Connection connection, NewMessage message) {
    return current().send(connection, message);
  }

  @Override
  public List<String> sendAll(Connection connection, List<NewMessage> messages) {
    return current().sendAll(connection, messages);
  }

  @Override
  public String toString() {
    return opened.application.toString();
  }
}
