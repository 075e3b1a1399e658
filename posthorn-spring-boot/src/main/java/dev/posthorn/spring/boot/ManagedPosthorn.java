package dev.posthorn.spring.boot;

import dev.posthorn.Application;
import dev.posthorn.DeliveryListener;
import dev.posthorn.Endpoints;
import dev.posthorn.EventTypes;
import dev.posthorn.Health;
import dev.posthorn.Inbox;
import dev.posthorn.Messages;
import dev.posthorn.NewMessage;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornException;
import dev.posthorn.PosthornOptions;
import dev.posthorn.PosthornStats;
import dev.posthorn.Reason;
import dev.posthorn.Receipt;
import dev.posthorn.internal.api.Instrumented;
import dev.posthorn.internal.engine.EngineStats;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The bean: a Posthorn that opens with its application context, or at its first use before that,
 * and closes with it.
 *
 * <p>A context can be stopped and started again, as Spring's test framework does with contexts that
 * it keeps. So this object outlives the open Posthorn, and so do the {@link Application}s that it
 * returns.
 */
public final class ManagedPosthorn implements Posthorn, Instrumented {
  private final PosthornOptions options;
  private final PosthornOpener opener;
  private final MessageSender sender;
  private final List<Consumer<Posthorn>> openActions = new CopyOnWriteArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();

  /** The open one; after a stop the closed one, which answers as such. Changed under the lock. */
  private volatile @Nullable Posthorn current;

  /** True once the context is stopped. Changed under the lock. */
  private volatile boolean stopped;

  /**
   * Creates a Posthorn that is not open yet.
   *
   * @param options the options to open with
   * @param opener opens the actual one
   * @param sender sends messages
   */
  public ManagedPosthorn(PosthornOptions options, PosthornOpener opener, MessageSender sender) {
    this.options = options;
    this.opener = opener;
    this.sender = sender;
  }

  // ---- with the context ----------------------------------------------------------------------

  /** Opens it, if it is not open yet. */
  void start() {
    lock.lock();
    try {
      if (stopped) {
        stopped = false;
        current = null;
      }
      var unused = current();
    } finally {
      lock.unlock();
    }
  }

  /** Closes it; {@link #start} opens it again. */
  @Override
  public void close() {
    lock.lock();
    try {
      stopped = true;
      Posthorn open = current;
      if (open != null) {
        open.close();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether it can open again after it was closed. */
  boolean opensAgain() {
    return opener.opensAgain();
  }

  /** Does something with each Posthorn that opens: with the open one now, with others later. */
  public void whenOpen(Consumer<Posthorn> action) {
    lock.lock();
    try {
      openActions.add(action);
      Posthorn open = current;
      if (open != null && !stopped) {
        action.accept(open);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns the open Posthorn, or the closed one after a stop. */
  Posthorn current() {
    Posthorn present = current;
    return present != null ? present : open();
  }

  private Posthorn open() {
    lock.lock();
    try {
      Posthorn present = current;
      if (present != null) {
        return present;
      }
      if (stopped) {
        throw new PosthornException(Reason.CLOSED, "The application context is closed");
      }
      Posthorn opened = opener.open(options);
      current = opened;
      openActions.forEach(action -> action.accept(opened));
      return opened;
    } finally {
      lock.unlock();
    }
  }

  MessageSender sender() {
    return sender;
  }

  // ---- applications --------------------------------------------------------------------------

  @Override
  public Application application(String uid) {
    Posthorn posthorn = current();
    return new ManagedApplication(this, posthorn, posthorn.application(uid));
  }

  @Override
  public Application applicationWithId(String id) {
    Posthorn posthorn = current();
    return new ManagedApplication(this, posthorn, posthorn.applicationWithId(id));
  }

  @Override
  public List<Application> applications() {
    Posthorn posthorn = current();
    return posthorn.applications().stream()
        .<Application>map(each -> new ManagedApplication(this, posthorn, each))
        .toList();
  }

  @Override
  public void removeApplication(String uid) {
    current().removeApplication(uid);
  }

  @Override
  public EventTypes eventTypes() {
    return current().eventTypes();
  }

  @Override
  public Inbox inbox() {
    return current().inbox();
  }

  /** Adds a listener, also to each Posthorn that opens after a restart of the context. */
  @Override
  public void addListener(DeliveryListener listener) {
    whenOpen(posthorn -> posthorn.addListener(listener));
  }

  @Override
  public PosthornStats stats() {
    return current().stats();
  }

  /** Returns the instruments of the open one, for metrics that a program binds itself. */
  @Override
  public EngineStats engineStats() {
    return instrumented().engineStats();
  }

  private Instrumented instrumented() {
    if (!(current() instanceof Instrumented open)) {
      throw new IllegalStateException("The PosthornOpener returned one without instruments");
    }
    return open;
  }

  @Override
  public @Nullable Inbox instrumentedInbox() {
    return current() instanceof Instrumented open ? open.instrumentedInbox() : null;
  }

  /** Returns the health; closed if the context has not started. Opens nothing. */
  @Override
  public Health health() {
    Posthorn present = current;
    return present != null
        ? present.health()
        : new Health(Health.State.CLOSED, "the application context has not started", false);
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
  public void backup(Path target) {
    current().backup(target);
  }

  @Override
  public int reencrypt() {
    return current().reencrypt();
  }

  @Override
  public void release() {
    current().release();
  }

  // ---- the default application ---------------------------------------------------------------

  @Override
  public String id() {
    return current().id();
  }

  @Override
  public @Nullable String uid() {
    return current().uid();
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
    return sender.send(current(), message, MessageSender.NOBODY);
  }

  @Override
  public CompletableFuture<Receipt> sendAsync(NewMessage message) {
    return sender.sendAsync(current(), message, MessageSender.NOBODY);
  }

  @Override
  public String toString() {
    Posthorn present = current;
    return present != null ? present.toString() : "Posthorn[not open]";
  }
}
