package dev.posthorn.spring.boot;

import dev.posthorn.Application;
import dev.posthorn.NewMessage;
import dev.posthorn.Posthorn;
import dev.posthorn.Receipt;
import dev.posthorn.internal.api.ForwardingApplication;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** An application of a {@link ManagedPosthorn}: the same one after a restart of the context. */
final class ManagedApplication extends ForwardingApplication {
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
  @Override
  protected Application own() {
    Posthorn posthorn = owner.own();
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
  public Receipt send(NewMessage message) {
    return owner.sender().send(own(), message, MessageSender.NOBODY);
  }

  @Override
  public CompletableFuture<Receipt> sendAsync(NewMessage message) {
    return owner.sender().sendAsync(own(), message, MessageSender.NOBODY);
  }

  @Override
  public String toString() {
    return opened.application.toString();
  }
}
