package dev.posthorn.spring.boot;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.PosthornException;
import dev.posthorn.PosthornOptions;
import dev.posthorn.spring.boot.PosthornProperties.Postgresql;
import dev.posthorn.spring.boot.PosthornProperties.Store;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.ClassUtils;

/** The choice of the store: what the properties name, or what the program has. */
final class StoreSelection {
  private static final Logger LOG = LoggerFactory.getLogger(StoreSelection.class);

  /** The type that says whether the store on PostgreSQL is there. */
  static final String MODULE = "dev.posthorn.store.postgresql.PostgresqlSchema";

  private static final String REMEDY =
      "set posthorn.store.type=file or posthorn.store.postgresql.url";

  private final Store store;
  private final ProgramDatabase database;

  StoreSelection(Store store, ProgramDatabase database) {
    this.store = store;
    this.database = database;
  }

  /** Returns a builder for the store, without other options. */
  PosthornOptions.Builder builder() {
    return switch (store.type()) {
      case FILE -> file();
      case POSTGRESQL -> postgresql(required());
      case AUTO -> automatic();
    };
  }

  private PosthornOptions.Builder automatic() {
    if (store.postgresql().url() != null) {
      return postgresql(null);
    }
    if (store.file() != null || !ClassUtils.isPresent(MODULE, getClass().getClassLoader())) {
      return file();
    }
    DataSource source = database.orNone(REMEDY);
    return source != null && ProgramDatabase.isPostgresql(source) ? postgresql(source) : file();
  }

  private @Nullable DataSource required() {
    if (store.postgresql().url() != null) {
      return null;
    }
    DataSource source = database.orNone(REMEDY);
    if (source == null) {
      throw PosthornException.invalid(
          "posthorn.store.postgresql.url",
          "is missing, and there is no DataSource; set it, or spring.datasource.url");
    }
    return source;
  }

  private PosthornOptions.Builder file() {
    Path file = store.file();
    if (file == null) {
      file = Path.of(Store.DEFAULT_FILE);
      LOG.warn(
          "Keeping webhooks in {}: set posthorn.store.file to a file on a volume that outlives this"
              + " process",
          file.toAbsolutePath());
    }
    PosthornOptions.Builder builder = PosthornOptions.builder(file);
    OptionsFactory.set("store.open-timeout", store.openTimeout(), builder::openTimeout);
    OptionsFactory.setIfPresent("store.temp-folder", store.tempFolder(), builder::tempFolder);
    return builder;
  }

  /** Returns a builder for a source, or for the URL of the properties. */
  private PosthornOptions.Builder postgresql(@Nullable DataSource source) {
    Postgresql properties = store.postgresql();
    String url = properties.url();
    PostgresqlOptions.Builder builder =
        source != null ? PostgresqlOptions.builder(source) : url(String.valueOf(url));
    String p = "store.postgresql.";
    OptionsFactory.get(p + "schema", properties.schema(), builder::schema);
    builder.schemaMode(properties.schemaMode());
    OptionsFactory.get(p + "readers", properties.readers(), builder::readers);
    OptionsFactory.get(p + "list-readers", properties.listReaders(), builder::listReaders);
    OptionsFactory.get(p + "read-timeout", properties.readTimeout(), builder::readTimeout);
    OptionsFactory.get(p + "open-timeout", properties.openTimeout(), builder::openTimeout);
    OptionsFactory.get(
        p + "lease-duration",
        properties.leaseDuration(),
        duration -> builder.lease(duration, properties.leaseRenewal()));
    builder.partitionedHistory(properties.partitionedHistory());
    LOG.info("Keeping webhooks in PostgreSQL, in the schema {}", properties.schema());
    return PosthornOptions.builder(builder.build());
  }

  /** Returns a builder for a URL, which may have a password: no exception shows it. */
  private static PostgresqlOptions.Builder url(String url) {
    try {
      return PostgresqlOptions.builder(url);
    } catch (PosthornException e) {
      throw PosthornException.invalid("posthorn.store.postgresql.url", OptionsFactory.problem(e));
    }
  }
}
