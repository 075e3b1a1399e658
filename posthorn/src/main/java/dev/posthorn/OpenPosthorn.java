package dev.posthorn;

import dev.posthorn.engine.Engine;
import dev.posthorn.engine.EngineListener;
import dev.posthorn.engine.EngineOptions;
import dev.posthorn.engine.Seams;
import dev.posthorn.error.PosthornException;
import dev.posthorn.error.Reason;
import dev.posthorn.keyring.KeyFile;
import dev.posthorn.keyring.Keyring;
import dev.posthorn.scheduler.Clock;
import dev.posthorn.store.ApplicationRow;
import dev.posthorn.store.AttemptRow;
import dev.posthorn.store.EndpointRow;
import dev.posthorn.store.EndpointState;
import dev.posthorn.store.Store;
import dev.posthorn.store.StoreException;
import dev.posthorn.store.sqlite.SqliteOptions;
import dev.posthorn.store.sqlite.SqliteStore;
import dev.posthorn.transport.ExchangeLimits;
import dev.posthorn.transport.http.HttpTransport;
import dev.posthorn.transport.http.HttpTransportOptions;
import dev.posthorn.wire.WireFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** An open database: puts store, transport and engine together, and takes them apart in the end. */
final class OpenPosthorn implements Posthorn {
  /** The library has one environment. */
  static final long ENVIRONMENT = 1;

  private static final String DEFAULT = "default";

  private final PosthornOptions options;
  private final Store store;
  private final HttpTransport transport;
  private final Engine engine;
  private final Views views;
  private final Application own;
  private final AtomicBoolean closed = new AtomicBoolean();

  static Posthorn open(PosthornOptions options) {
    Keyring keyring = keyring(options.file);
    Store store;
    try {
      store = SqliteStore.open(options.file, SqliteOptions.defaults());
    } catch (StoreException e) {
      throw translated(e);
    }
    HttpTransport transport =
        HttpTransport.open(HttpTransportOptions.builder().addresses(options.addresses).build());
    try {
      return new OpenPosthorn(options, store, transport, keyring);
    } catch (RuntimeException e) {
      transport.close();
      store.close();
      throw e instanceof StoreException failed ? translated(failed) : e;
    }
  }

  private static Keyring keyring(Path file) {
    Path keys = file.resolveSibling(file.getFileName() + ".key");
    try {
      return KeyFile.openOrCreate(keys);
    } catch (IOException | IllegalArgumentException e) {
      throw new PosthornException(
          Reason.STORE_FAILED, "the key file " + keys + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static PosthornException translated(StoreException e) {
    Reason reason =
        switch (e.reason()) {
          case LOCKED -> Reason.STORE_LOCKED;
          case FULL -> Reason.STORE_FULL;
          case CLOSED -> Reason.CLOSED;
          default -> Reason.STORE_FAILED;
        };
    return new PosthornException(reason, String.valueOf(e.getMessage()), e);
  }

  private OpenPosthorn(
      PosthornOptions options, Store store, HttpTransport transport, Keyring keyring) {
    this.options = options;
    this.store = store;
    this.transport = transport;
    Map<String, WireFormat> formats = new HashMap<>();
    options.formats.forEach(format -> formats.put(format.name(), format));
    EngineOptions engineOptions =
        EngineOptions.DEFAULT
            .withRetryWaits(options.retrySchedule.millis())
            .withJitter(options.jitter)
            .withExchange(ExchangeLimits.DEFAULT.within((int) options.requestTimeout.toMillis()))
            .withRetention(options.retention.toMillis());
    this.engine =
        Engine.start(
            engineOptions,
            new Seams(Clock.system(), transport.scheduler(), store, transport),
            new Engine.Means(keyring, formats, new Random()));
    this.views = new Views(engine, options.sendTimeout.toMillis());
    this.own = application(DEFAULT);
  }

  // ---- applications --------------------------------------------------------------------------

  @Override
  public Application application(String uid) {
    requireOpen();
    Checks.name("uid", uid);
    ApplicationRow row = engine.application(ENVIRONMENT, uid);
    if (row == null) {
      row = create(uid);
    }
    return open(row);
  }

  private ApplicationRow create(String uid) {
    try {
      return views.await(
          engine.administration().createApplication(ENVIRONMENT, uid, uid, Map.of()));
    } catch (PosthornException e) {
      ApplicationRow other = engine.application(ENVIRONMENT, uid);
      if (e.reason() == Reason.CONFLICT && other != null) {
        return other; // somebody created it at the same time
      }
      throw e;
    }
  }

  private Application open(ApplicationRow row) {
    return new OpenApplication(engine, views, row, options.formats, options.sendTimeout.toMillis());
  }

  @Override
  public List<Application> applications() {
    requireOpen();
    return engine.applications(ENVIRONMENT).stream().map(this::open).toList();
  }

  @Override
  public void removeApplication(String uid) {
    requireOpen();
    if (uid.equals(DEFAULT)) {
      throw PosthornException.invalid(
          "uid", "the default application cannot be removed; remove its endpoints");
    }
    ApplicationRow row = engine.application(ENVIRONMENT, uid);
    if (row == null) {
      throw Views.notFound("uid");
    }
    views.await(engine.administration().deleteApplication(row.id()));
  }

  @Override
  public void addListener(DeliveryListener listener) {
    engine
        .events()
        .add(
            new EngineListener() {
              @Override
              public void attempted(EndpointRow endpoint, AttemptRow attempt) {
                listener.attempted(views.attempt(attempt));
              }

              @Override
              public void disabled(EndpointRow endpoint, EndpointState state) {
                listener.disabled(views.endpoint(endpoint));
              }
            });
  }

  // ---- the default application ---------------------------------------------------------------

  @Override
  public String id() {
    return own.id();
  }

  @Override
  public @Nullable String uid() {
    return own.uid();
  }

  @Override
  public Endpoints endpoints() {
    requireOpen();
    return own.endpoints();
  }

  @Override
  public Messages messages() {
    requireOpen();
    return own.messages();
  }

  @Override
  public Receipt send(NewMessage message) {
    return own.send(message);
  }

  @Override
  public CompletableFuture<Receipt> sendAsync(NewMessage message) {
    return own.sendAsync(message);
  }

  // ---- closing -------------------------------------------------------------------------------

  private void requireOpen() {
    if (closed.get()) {
      throw new PosthornException(Reason.CLOSED, "this Posthorn is closed; open the file again");
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      var unused = engine.stop(options.closeTimeout.toMillis()).join();
      transport.close();
      store.close();
    }
  }
}
