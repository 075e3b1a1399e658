package dev.posthorn.internal.runtime;

import dev.posthorn.HttpTransportOptions;
import dev.posthorn.internal.copy.MigrationMark;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.file.UnpackFolders;
import dev.posthorn.internal.http.loop.Natives;
import dev.posthorn.spi.runtime.Clock;
import dev.posthorn.spi.store.OpenWait;
import dev.posthorn.spi.store.Store;
import dev.posthorn.transport.http.HttpTransport;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The runtime of production: a store, HTTP over Netty, and Netty's threads. */
public final class LocalRuntime {
  private LocalRuntime() {}

  /**
   * Loads the native libraries that a runtime uses, unpacking them first; {@link #open} does so
   * too, unless they are loaded.
   *
   * @param place the place of the store
   * @param tempFolder the folder to unpack them into; null for the folder for temporary files, or
   *     that of the database file if the first does not work
   * @throws dev.posthorn.spi.store.StoreException if no folder allows loading
   */
  public static void prepare(StorePlace place, @Nullable Path tempFolder) {
    UnpackFolders folders = UnpackFolders.of(place.besides(), tempFolder);
    place.prepare(folders);
    Natives.load(folders);
  }

  /**
   * Opens a runtime. If a part of it cannot be opened, the others are closed again.
   *
   * @param wait decides how long to wait for another process that has the store open; null for what
   *     its options say
   * @param time its source of time: {@link InstantSource#system()}, or a settable one
   * @throws dev.posthorn.spi.store.StoreException if the store cannot be opened
   * @throws IllegalArgumentException if a certificate file named by the options cannot be read
   */
  static EngineRuntime open(
      StorePlace place, @Nullable OpenWait wait, HttpTransportOptions http, InstantSource time) {
    Clock clock = Clock.of(time); // first: it may be anybody's
    prepare(place, null);
    // Before the store, which may wait for another process: what then is left to do is done sooner.
    HttpTransport transport = HttpTransport.open(http);
    try {
      return of(clock, MigrationMark.requireNone(place.open(wait)), transport);
    } catch (RuntimeException | Error e) {
      transport.close();
      throw e;
    }
  }

  private static EngineRuntime of(Clock clock, Store store, HttpTransport transport) {
    try {
      EngineRuntime real = new EngineRuntime(clock, transport.scheduler(), store, transport);
      return clock.machine().equals(clock) ? real : ClockedRuntime.of(clock, real);
    } catch (RuntimeException | Error e) {
      store.close();
      throw e;
    }
  }
}
