package dev.posthorn.spring.boot;

import dev.posthorn.Application;
import dev.posthorn.DeliveryListener;
import dev.posthorn.EventTypes;
import dev.posthorn.Health;
import dev.posthorn.Inbox;
import dev.posthorn.NewMessage;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornException;
import dev.posthorn.PosthornOptions;
import dev.posthorn.PosthornStats;
import dev.posthorn.Reason;
import dev.posthorn.Receipt;
import dev.posthorn.internal.api.ForwardingApplication;
import dev.posthorn.internal.api.Instrumented;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.EngineStats;
import java.nio.file.Path;
import java.util.List;
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
public final class ManagedPosthorn extends ForwardingApplication implements Posthorn, Instrumented {
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
      var unused = own();
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
  @Override
  protected Posthorn own() {
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

  /**
   * Returns whether a message that this thread sends now exists only if its current transaction
   * commits; false without a transaction.
   */
  public boolean joinsCurrentTransaction() {
    return sender.joinsCurrentTransaction();
  }

  // ---- applications --------------------------------------------------------------------------

  @Override
  public Application application(String uid) {
    Posthorn posthorn = own();
    return new ManagedApplication(this, posthorn, posthorn.application(uid));
  }

  @Override
  public Application applicationWithId(String id) {
    Posthorn posthorn = own();
    return new ManagedApplication(this, posthorn, posthorn.applicationWithId(id));
  }

  @Override
  public List<Application> applications() {
    Posthorn posthorn = own();
    return posthorn.applications().stream()
        .<Application>map(each -> new ManagedApplication(this, posthorn, each))
        .toList();
  }

  @Override
  public void removeApplication(String uid) {
    own().removeApplication(uid);
  }

  @Override
  public EventTypes eventTypes() {
    return own().eventTypes();
  }

  @Override
  public Inbox inbox() {
    return own().inbox();
  }

  /** Adds a listener, also to each Posthorn that opens after a restart of the context. */
  @Override
  public void addListener(DeliveryListener listener) {
    whenOpen(posthorn -> posthorn.addListener(listener));
  }

  @Override
  public PosthornStats stats() {
    return own().stats();
  }

  /** Returns the engine of the open one, for the console. */
  @Override
  public Engine engine() {
    return instrumented().engine();
  }

  /** Returns the instruments of the open one, for metrics that a program binds itself. */
  @Override
  public EngineStats engineStats() {
    return instrumented().engineStats();
  }

  private Instrumented instrumented() {
    if (!(own() instanceof Instrumented open)) {
      throw new IllegalStateException("The PosthornOpener returned one without instruments");
    }
    return open;
  }

  @Override
  public @Nullable Inbox instrumentedInbox() {
    return own() instanceof Instrumented open ? open.instrumentedInbox() : null;
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
  public void backup(Path target) {
    own().backup(target);
  }

  @Override
  public int reencrypt() {
    return own().reencrypt();
  }

  @Override
  public void release() {
    own().release();
  }

  // ---- the default application ---------------------------------------------------------------

  @Override
  public Receipt send(NewMessage message) {
    return sender.send(own(), message, MessageSender.NOBODY);
  }

  @Override
  public CompletableFuture<Receipt> sendAsync(NewMessage message) {
    return sender.sendAsync(own(), message, MessageSender.NOBODY);
  }

  @Override
  public String toString() {
    Posthorn present = current;
    return present != null ? present.toString() : "Posthorn[not open]";
  }
}
