package dev.posthorn.internal.runtime;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.PosthornException;
import dev.posthorn.SqliteOptions;
import dev.posthorn.internal.file.UnpackFolders;
import dev.posthorn.internal.sqlite.file.NativeLibrary;
import dev.posthorn.spi.store.OpenWait;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreProvider;
import dev.posthorn.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** The place of a store: a file, or a database. */
public sealed interface StorePlace {

  /**
   * Loads the native libraries that the store uses.
   *
   * @param folders the folders to unpack them in
   */
  void prepare(UnpackFolders folders);

  /** Returns the file beside which native libraries may be unpacked, or null if there is none. */
  @Nullable Path besides();

  /**
   * Opens the store.
   *
   * @param wait decides how long to wait for another process that has it open; null for what the
   *     options say
   */
  Store open(@Nullable OpenWait wait);

  /** A SQLite file. */
  record SqliteFile(Path file, SqliteOptions options) implements StorePlace {
    @Override
    public void prepare(UnpackFolders folders) {
      NativeLibrary.load(folders);
    }

    @Override
    public Path besides() {
      return file;
    }

    @Override
    public Store open(@Nullable OpenWait wait) {
      return SqliteStore.open(file, options);
    }
  }

  /** A schema in a PostgreSQL database, which another module knows how to open. */
  record Database(PostgresqlOptions options) implements StorePlace {
    @Override
    public void prepare(UnpackFolders folders) {}

    @Override
    public @Nullable Path besides() {
      return null;
    }

    @Override
    public Store open(@Nullable OpenWait wait) {
      return provider().open(options, wait == null ? OpenWait.upTo(options.openTimeout()) : wait);
    }

    /** Finds the provider beside this class, or where the thread's class loader looks. */
    private static StoreProvider<PostgresqlOptions> provider() {
      StoreProvider<PostgresqlOptions> found = found(StorePlace.class.getClassLoader());
      ClassLoader context = Thread.currentThread().getContextClassLoader();
      if (found == null && context != null) {
        found = found(context);
      }
      if (found == null) {
        throw PosthornException.invalid(
            "postgresql",
            "needs the module dev.posthorn:posthorn-postgresql, which is missing; add it beside"
                + " dev.posthorn:posthorn, with the same version");
      }
      return found;
    }

    @SuppressWarnings("unchecked") // the provider names its type
    private static @Nullable StoreProvider<PostgresqlOptions> found(ClassLoader loader) {
      try {
        for (StoreProvider<?> each : ServiceLoader.load(StoreProvider.class, loader)) {
          if (each.optionsType() == PostgresqlOptions.class) {
            return (StoreProvider<PostgresqlOptions>) each;
          }
        }
        return null;
      } catch (ServiceConfigurationError e) {
        throw PosthornException.invalid(
            "postgresql",
            "needs the module dev.posthorn:posthorn-postgresql in the version of"
                + " dev.posthorn:posthorn; correct its version ("
                + e.getMessage()
                + ")");
      }
    }
  }
}
