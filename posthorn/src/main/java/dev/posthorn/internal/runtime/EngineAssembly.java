package dev.posthorn.internal.runtime;

import dev.posthorn.HttpTransportOptions;
import dev.posthorn.PostgresqlOptions;
import dev.posthorn.SqliteOptions;
import dev.posthorn.internal.crypto.KeyFile;
import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.EngineConfig;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.spi.store.OpenWait;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.wire.WireFormat;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Assembles an engine on this machine: a store, HTTP, threads and keys. Library, server, cidadao
 * and benchmarks all start their engines here. If a step fails, everything that was opened before
 * is closed.
 */
public final class EngineAssembly {
  private final StorePlace place;
  private @Nullable Path tempFolder;
  private @Nullable OpenWait wait;
  private HttpTransportOptions transport = HttpTransportOptions.defaults();
  private InstantSource clock = InstantSource.system();
  private UnaryOperator<EngineRuntime> around = UnaryOperator.identity();
  private EngineOptions options = EngineOptions.DEFAULT;
  private Map<String, WireFormat> formats = Map.of();
  private @Nullable Keyring keyring;
  private @Nullable KeyFile keyFile;

  private EngineAssembly(StorePlace place) {
    this.place = place;
  }

  /** Returns an assembly with defaults, but without wire formats and keys. */
  public static EngineAssembly of(StorePlace place) {
    return new EngineAssembly(place);
  }

  /** Returns an assembly for a SQLite file with defaults. */
  public static EngineAssembly of(Path file) {
    return of(new StorePlace.SqliteFile(file, SqliteOptions.defaults()));
  }

  /** Returns an assembly for a database. */
  public static EngineAssembly of(PostgresqlOptions database) {
    return of(new StorePlace.Database(database));
  }

  /** Sets the folder to unpack native libraries in; null for the default. */
  public EngineAssembly tempFolder(@Nullable Path folder) {
    this.tempFolder = folder;
    return this;
  }

  /** Sets what decides how long to wait for another process that has the store open. */
  public EngineAssembly waiting(OpenWait decision) {
    this.wait = decision;
    return this;
  }

  /** Sets the options of the transport. */
  public EngineAssembly transport(HttpTransportOptions http) {
    this.transport = http;
    return this;
  }

  /** Sets the source of time. */
  public EngineAssembly clock(InstantSource source) {
    this.clock = source;
    return this;
  }

  /** Sets a decorator of the runtime, for tests. */
  public EngineAssembly around(UnaryOperator<EngineRuntime> decorator) {
    this.around = decorator;
    return this;
  }

  /** Sets the options of the engine. */
  public EngineAssembly options(EngineOptions engine) {
    this.options = engine;
    return this;
  }

  /** Sets the wire formats that endpoints may choose, by name. */
  public EngineAssembly formats(Map<String, WireFormat> all) {
    this.formats = all;
    return this;
  }

  /** Sets the keys that encrypt secrets; there is no key file then. */
  public EngineAssembly keyring(Keyring keys) {
    this.keyring = keys;
    return this;
  }

  /** Sets the file of the keys that encrypt secrets. It is created with the database. */
  public EngineAssembly keyFile(KeyFile keys) {
    this.keyFile = keys;
    return this;
  }

  /**
   * Opens everything, and starts an engine that owns it.
   *
   * @throws dev.posthorn.spi.store.StoreException if the store cannot be opened or read
   * @throws dev.posthorn.PosthornException with STORE_FAILED if the key file cannot be used
   * @throws Keyring.KeyringException if another key encrypts the secrets in the file
   * @throws IllegalArgumentException if the transport names a certificate file that cannot be read
   */
  public Engine start() {
    LocalRuntime.prepare(place, tempFolder);
    var unused = presentKeys(); // an invalid key file is reported before a database is created
    EngineRuntime runtime = LocalRuntime.open(place, wait, transport, clock);
    Keyring keys;
    try {
      runtime = around.apply(runtime);
      keys = keys(runtime.store());
    } catch (RuntimeException | Error e) {
      runtime.close();
      throw e;
    }
    return checked(Engine.start(new EngineConfig(options, keys, formats, new Random()), runtime));
  }

  private @Nullable Keyring presentKeys() {
    KeyFile source = keyFile;
    return keyring != null || source == null ? keyring : source.read();
  }

  /** The last process that had the database open may have created or replaced the key. */
  private Keyring keys(Store opened) {
    Keyring present = presentKeys();
    if (present != null) {
      return present;
    }
    if (keyFile == null) {
      throw new IllegalStateException("neither keys nor a key file are set");
    }
    return keyFile.create(opened);
  }

  /** With wrong keys each delivery would fail, one after the other. */
  private static Engine checked(Engine engine) {
    try {
      engine.reencryption().check();
      return engine;
    } catch (RuntimeException | Error e) {
      engine.close(0);
      throw e;
    }
  }
}
