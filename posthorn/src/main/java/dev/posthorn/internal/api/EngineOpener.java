package dev.posthorn.internal.api;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.PosthornException;
import dev.posthorn.PosthornOptions;
import dev.posthorn.Reason;
import dev.posthorn.internal.crypto.KeyFile;
import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.crypto.SecretKey;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.file.UnusableFileException;
import dev.posthorn.internal.runtime.EngineAssembly;
import dev.posthorn.internal.runtime.LocalRuntime;
import dev.posthorn.internal.runtime.StorePlace;
import dev.posthorn.store.sqlite.SqliteStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Opens the engine of a library, on a file or a database. */
final class EngineOpener {
  private static final String ASK_THE_SERVER =
      "; ask the server instead (posthorn send: --url URL --token TOKEN --app APP), or name another";

  private EngineOpener() {}

  /** Opens an engine on a runtime that {@code around} makes of the machine's. */
  static Engine open(PosthornOptions options, UnaryOperator<EngineRuntime> around) {
    Path file = options.file();
    if (file != null) {
      requirePlace(file);
    }
    new Payloads(options.json()).require();
    StorePlace place = place(options);
    EngineAssembly assembly =
        EngineAssembly.of(place)
            .tempFolder(options.tempFolder())
            .transport(OptionMapping.transport(options))
            .clock(options.clock())
            .around(file == null ? runtime -> around.apply(withoutServers(runtime)) : around)
            .options(OptionMapping.engine(options))
            .formats(OptionMapping.formats(options));
    setKey(assembly, options);
    LocalRuntime.prepare(place, options.tempFolder());
    if (file != null) {
      requireNoServers(file);
    }
    try {
      return assembly.start();
    } catch (Keyring.KeyringException e) {
      throw new PosthornException(
          Reason.STORE_FAILED,
          "secretKey, or the key file: the secrets in the database are encrypted with another key;"
              + " give the one that it was used with so far",
          e);
    } catch (UnusableFileException e) {
      throw PosthornException.invalid(e.option(), e.problem());
    }
  }

  private static StorePlace place(PosthornOptions options) {
    PostgresqlOptions database = options.postgresql();
    Path file = options.file();
    if (database != null) {
      return new StorePlace.Database(database);
    }
    if (file == null) {
      throw new IllegalStateException("neither a file nor a database is set");
    }
    return new StorePlace.SqliteFile(file, OptionMapping.store(options));
  }

  private static void setKey(EngineAssembly assembly, PosthornOptions options) {
    String key = options.secretKey();
    Path file = options.keyFile();
    if (key != null) {
      assembly.keyring(SecretKey.keyring(key));
    } else if (file != null) {
      assembly.keyFile(new KeyFile(file, options.keyFilePermissions()));
    } else {
      throw PosthornException.invalid(
          "secretKey",
          "is missing: it encrypts the secrets in the database, and every instance needs the same"
              + " one; set it, or keyFile, to 32 random bytes (openssl rand -base64 32)");
    }
  }

  /** Refuses a server's file: the server would not know whose messages a library stores there. */
  private static void requireNoServers(Path file) {
    if (SqliteStore.hasEnvironments(file)) {
      throw PosthornException.invalid(
          "file",
          file
              + " is the database of a Posthorn server, or a backup of one"
              + ASK_THE_SERVER
              + " file");
    }
  }

  /** Refuses a server's schema, before anything is delivered. */
  private static EngineRuntime withoutServers(EngineRuntime runtime) {
    if (!runtime.store().environments(Long.MIN_VALUE, 1).isEmpty()) {
      throw PosthornException.invalid(
          "postgresql", "has the schema of a Posthorn server" + ASK_THE_SERVER + " schema");
    }
    return runtime;
  }

  /** Requires that a file can be opened or created there. */
  static void requirePlace(Path file) {
    @Nullable Path folder = file.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw PosthornException.invalid(
          "file", "directory " + folder + " does not exist; create it first");
    }
    if (Files.isDirectory(file)) {
      throw PosthornException.invalid("file", file + " is a directory; name a file in it");
    }
  }
}
