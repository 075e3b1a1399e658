package dev.posthorn.internal.api;

import dev.posthorn.Application;
import dev.posthorn.DeliveryListener;
import dev.posthorn.Endpoints;
import dev.posthorn.EventTypes;
import dev.posthorn.Health;
import dev.posthorn.Inbox;
import dev.posthorn.InboxOptions;
import dev.posthorn.Messages;
import dev.posthorn.NewMessage;
import dev.posthorn.PostgresqlOptions;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornException;
import dev.posthorn.PosthornOptions;
import dev.posthorn.PosthornStats;
import dev.posthorn.Reason;
import dev.posthorn.Receipt;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.EngineStats;
import dev.posthorn.internal.engine.base.Condition;
import dev.posthorn.internal.engine.base.EngineListener;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.file.FileFailure;
import dev.posthorn.internal.file.UnpackFolders;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.inbox.OpenInbox;
import dev.posthorn.internal.inbox.TraceContexts;
import dev.posthorn.internal.runtime.Restoration;
import dev.posthorn.internal.sqlite.file.NativeLibrary;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.ApplicationSpec;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.MessageSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open database: puts store, transport and engine together, and takes them apart in the end. */
public final class OpenPosthorn extends ForwardingApplication
    implements Posthorn, ObservableApplication, Instrumented {
  /** The library has one environment. */
  static final long ENVIRONMENT = 1;

  private static final Logger LOG = LoggerFactory.getLogger(OpenPosthorn.class);
  private static final String DEFAULT = "default";

  private final PosthornOptions options;
  private final Engine engine;
  private final Views views;
  private final EventTypes eventTypes;
  private final OpenApplication own;
  private final @Nullable OpenInbox inbox;
  private final AtomicBoolean closed = new AtomicBoolean();

  public static Posthorn open(PosthornOptions options) {
    return open(options, UnaryOperator.identity());
  }

  /** Opens a database on a runtime that {@code around} makes of the machine's. */
  public static OpenPosthorn open(PosthornOptions options, UnaryOperator<EngineRuntime> around) {
    return open(options, around, TraceContexts.NONE);
  }

  /** Opens a database; its inbox passes the trace contexts of messages on. */
  public static OpenPosthorn open(
      PosthornOptions options, UnaryOperator<EngineRuntime> around, TraceContexts traces) {
    try {
      Engine engine = EngineOpener.open(options, around);
      try {
        return new OpenPosthorn(options, engine, traces);
      } catch (RuntimeException | Error e) {
        engine.close(0);
        throw e;
      }
    } catch (StoreException e) {
      throw Views.translated(e);
    }
  }

  public static void restore(Path backup, Path file) {
    EngineOpener.requirePlace(file);
    try {
      NativeLibrary.load(UnpackFolders.of(file, null));
      Restoration.restore(backup, file, true, () -> !Thread.currentThread().isInterrupted());
    } catch (IllegalArgumentException e) {
      throw PosthornException.invalid("file", String.valueOf(e.getMessage()));
    } catch (StoreException e) {
      throw Views.translated(e);
    } catch (IOException e) {
      throw new PosthornException(
          Reason.STORE_FAILED, "file: " + file + " cannot be written: " + FileFailure.why(e), e);
    }
  }

  private OpenPosthorn(PosthornOptions options, Engine engine, TraceContexts traces) {
    this.options = options;
    this.engine = engine;
    KnownTypes types = new KnownTypes(engine, options.strictEventTypes());
    long sendMillis = options.sendTimeout().toMillis();
    InboxOptions inboxed = options.inbox();
    this.inbox =
        inboxed == null
            ? null
            : OpenInbox.open(
                inboxed,
                new EngineDestination(engine, () -> ENVIRONMENT, types::require, sendMillis),
                engine.keyring(),
                traces);
    this.views = new Views(engine, types, inbox, sendMillis);
    this.eventTypes = new OpenEventTypes(views);
    this.own = named(DEFAULT);
    if (engine.hold().isHeld()) {
      LOG.warn("Holding all deliveries of {}, a restored backup, until release()", this);
    }
    if (inbox != null) {
      inbox.start(); // last: what fails here leaves no thread behind
    }
  }

  // ---- applications --------------------------------------------------------------------------

  @Override
  public Application application(String uid) {
    Checks.present("uid", uid);
    return named(uid);
  }

  private OpenApplication named(String uid) {
    ApplicationRow row = views.engine().registry().application(ENVIRONMENT, uid);
    return open(row != null ? row : create(Checks.uid(uid)));
  }

  /** Creates an application, or returns the one that somebody creates at the same time. */
  private ApplicationRow create(String uid) {
    ApplicationRow draft = ApplicationRow.draft(ENVIRONMENT, ApplicationSpec.of(uid, uid));
    return views
        .change(
            ready ->
                ready
                    .applicationAdmin()
                    .put(ENVIRONMENT, uid, present -> present != null ? present : draft))
        .row();
  }

  @Override
  public Application applicationWithId(String id) {
    ApplicationRow row =
        views.engine().registry().application(views.parse(IdPrefix.APPLICATION, "application", id));
    if (row == null || row.environment() != ENVIRONMENT) {
      throw Views.notFound("application");
    }
    return open(row);
  }

  private OpenApplication open(ApplicationRow row) {
    return new OpenApplication(views, row, options);
  }

  @Override
  public List<Application> applications() {
    return views.engine().registry().applications(ENVIRONMENT).stream()
        .<Application>map(this::open)
        .toList();
  }

  @Override
  public void removeApplication(String uid) {
    if (uid.equals(DEFAULT)) {
      throw PosthornException.invalid(
          "uid", "the default application cannot be removed; remove its endpoints");
    }
    ApplicationRow row = views.engine().registry().application(ENVIRONMENT, uid);
    if (row == null) {
      throw Views.unknown("uid", "application; list the applications");
    }
    views.change(ready -> ready.applicationAdmin().delete(row.id()));
  }

  @Override
  public EventTypes eventTypes() {
    views.requireOpen();
    return eventTypes;
  }

  @Override
  public Inbox inbox() {
    return views.inbox();
  }

  @Override
  public void addListener(DeliveryListener listener) {
    views
        .engine()
        .events()
        .add(
            new EngineListener() {
              @Override
              public void attempted(
                  EndpointRow endpoint, AttemptRow attempt, @Nullable MessageSpec message) {
                long application = endpoint.application();
                listener.attempted(
                    views.attempt(
                        attempt,
                        application,
                        message != null
                            ? Views.Sent.of(message)
                            : views.sent(application, attempt.message())));
              }

              @Override
              public void disabled(EndpointRow endpoint, EndpointState state, long failingSince) {
                listener.disabled(views.endpoint(endpoint));
              }
            });
  }

  @Override
  public PosthornStats stats() {
    return StatsReader.read(engineStats());
  }

  @Override
  public Engine engine() {
    return engine;
  }

  @Override
  public EngineStats engineStats() {
    return engine.stats();
  }

  @Override
  public @Nullable Inbox instrumentedInbox() {
    return inbox;
  }

  /**
   * Waits until the rows of the inbox, if there is one, have become messages; returns whether that
   * came about in time.
   */
  public boolean awaitInbox(Duration patience) throws InterruptedException {
    return inbox == null || inbox.awaitEmpty(patience);
  }

  // ---- looking after it ----------------------------------------------------------------------

  @Override
  public Health health() {
    if (closed.get()) {
      return new Health(Health.State.CLOSED, "it was closed", false);
    }
    Condition condition = engine.condition();
    return new Health(
        Health.State.valueOf(condition.state().name()),
        condition.trouble().orElse(null),
        engine.hold().isHeld());
  }

  @Override
  public void backup(Path target) {
    Checks.present("target", target);
    var unused =
        Checks.argument(
            () ->
                views.read(
                    ready -> {
                      ready.backup(target);
                      return target;
                    }));
  }

  @Override
  public int reencrypt() {
    return views
        .engine()
        .reencryption()
        .all(step -> views.<Integer>change(ready -> step))
        .secrets();
  }

  @Override
  public void release() {
    views.change(engine -> engine.hold().release());
  }

  // ---- the default application ---------------------------------------------------------------

  @Override
  protected OpenApplication own() {
    return own;
  }

  @Override
  public Receipt send(NewMessage message, Consumer<String> committed) {
    return own.send(message, committed);
  }

  @Override
  @SuppressWarnings("overloads") // a callback and an executor: no lambda fits both
  public CompletableFuture<Receipt> sendAsync(NewMessage message, Consumer<String> committed) {
    return own.sendAsync(message, committed);
  }

  @Override
  public Endpoints endpoints() {
    views.requireOpen();
    return own.endpoints();
  }

  @Override
  public Messages messages() {
    views.requireOpen();
    return own.messages();
  }

  @Override
  public String toString() {
    PostgresqlOptions database = options.postgresql();
    return "Posthorn[" + (database == null ? options.file() : database) + "]";
  }

  // ---- closing -------------------------------------------------------------------------------

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      views.close();
      if (inbox != null) {
        inbox.close();
      }
      var unused = engine.close(options.closeTimeout().toMillis());
    }
  }
}
