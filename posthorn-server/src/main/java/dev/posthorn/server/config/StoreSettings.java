package dev.posthorn.server.config;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.PostgresqlOptions.SchemaMode;
import dev.posthorn.PosthornException;
import dev.posthorn.internal.rules.NumberRange;
import dev.posthorn.internal.rules.StoreUrl;
import dev.posthorn.internal.rules.TimeRange;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The settings that name a PostgreSQL database. */
public final class StoreSettings {
  private static final List<Setting> OF_A_DATABASE =
      List.of(
          Setting.STORE_PASSWORD,
          Setting.SCHEMA,
          Setting.SCHEMA_MODE,
          Setting.SINGLE_OWNER,
          Setting.NODE_NAME,
          Setting.LEASE,
          Setting.STORE_READERS,
          Setting.STORE_LIST_READERS,
          Setting.STORE_READ_TIMEOUT,
          Setting.PARTITIONED_HISTORY);

  private static final List<Setting> OF_AN_INBOX =
      List.of(Setting.INBOX_PASSWORD, Setting.INBOX_TABLE, Setting.INBOX_ENVIRONMENT);

  private static final List<String> MODES = List.of("create", "check", "none");
  private static final Pattern PASSWORD = Pattern.compile("[?&]password=");
  private static final TimeRange LEASE =
      new TimeRange(Duration.ofSeconds(3), Duration.ofMinutes(5));
  private static final int RENEWALS = 5;
  private static final NumberRange READERS = new NumberRange(1, 64);
  private static final TimeRange READ_TIMEOUT =
      new TimeRange(Duration.ofSeconds(1), Duration.ofHours(1));

  private final SettingReader settings;

  private StoreSettings(SettingReader settings) {
    this.settings = settings;
  }

  /** Returns the settings that have no meaning without a store or an inbox in PostgreSQL. */
  public static List<Setting> ofPostgresql() {
    return Stream.concat(OF_A_DATABASE.stream(), OF_AN_INBOX.stream()).toList();
  }

  /**
   * Returns the options of the database that a configuration names, or null if it names a file.
   *
   * @throws BadSettingException if settings are invalid or contradict each other
   */
  public static @Nullable PostgresqlOptions database(Configuration configuration) {
    StoreSettings read = new StoreSettings(new SettingReader(configuration));
    String url = read.settings.secret(Setting.STORE);
    if (url == null || url.isEmpty()) {
      read.requireFile(configuration);
      return null;
    }
    if (configuration.value(Setting.DB).source().equals(Setting.DB.flag())) {
      throw read.settings.bad(
          Setting.STORE, "not with --db: the store is a database or a file; leave one of them out");
    }
    return read.options(url, configuration);
  }

  /**
   * Returns options with what decides about the statements that create a schema. They name no
   * database that can be opened.
   *
   * @throws BadSettingException if a setting is invalid
   */
  public static PostgresqlOptions schema(Configuration configuration) {
    StoreSettings read = new StoreSettings(new SettingReader(configuration));
    return PostgresqlOptions.builder("postgresql://localhost/")
        .schema(read.schema())
        .partitionedHistory(read.settings.flag(Setting.PARTITIONED_HISTORY))
        .build();
  }

  /** Refuses what only a database can have. */
  private void requireFile(Configuration configuration) {
    if (StoreUrl.isPostgresql(configuration.text(Setting.DB))) {
      throw settings.bad(Setting.DB, "is the name of a file; give a database with --store");
    }
    requireNone(configuration, OF_A_DATABASE, "needs a PostgreSQL database; set --store too");
  }

  private void requireNone(Configuration configuration, List<Setting> unused, String remedy) {
    for (Setting setting : unused) {
      Configuration.Value value = configuration.value(setting);
      if (!value.text().equals(setting.defaultValue())
          && !value.source().equals(setting.standardVariable())) {
        throw settings.bad(setting, remedy + ", or leave it out");
      }
    }
  }

  private PostgresqlOptions options(String url, Configuration configuration) {
    Duration lease = Duration.ofMillis(settings.millis(Setting.LEASE, LEASE));
    try {
      return PostgresqlOptions.builder(
              withPassword(
                  StoreUrl.jdbc(url), configuration, Setting.STORE, Setting.STORE_PASSWORD))
          .schema(schema())
          .schemaMode(
              SchemaMode.valueOf(
                  settings.word(Setting.SCHEMA_MODE, MODES).toUpperCase(Locale.ROOT)))
          .singleOwner(settings.flag(Setting.SINGLE_OWNER))
          .nodeName(nodeName())
          .lease(lease, lease.dividedBy(RENEWALS))
          .readers(settings.number(Setting.STORE_READERS, READERS))
          .listReaders(settings.number(Setting.STORE_LIST_READERS, READERS))
          .readTimeout(Duration.ofMillis(settings.millis(Setting.STORE_READ_TIMEOUT, READ_TIMEOUT)))
          .partitionedHistory(settings.flag(Setting.PARTITIONED_HISTORY))
          .build();
    } catch (PosthornException e) { // never with the URL, which may have a password
      throw settings.bad(Setting.STORE, String.valueOf(e.getMessage()));
    }
  }

  private String schema() {
    String name = settings.text(Setting.SCHEMA);
    try {
      var unused =
          PostgresqlOptions.builder("postgresql://localhost/").schema(String.valueOf(name));
    } catch (PosthornException e) {
      throw settings.bad(Setting.SCHEMA, String.valueOf(e.getMessage()));
    }
    return String.valueOf(name);
  }

  private @Nullable String nodeName() {
    String name = settings.text(Setting.NODE_NAME);
    try {
      var unused = PostgresqlOptions.builder("postgresql://localhost/").nodeName(name);
    } catch (PosthornException e) {
      throw settings.bad(Setting.NODE_NAME, String.valueOf(e.getMessage()));
    }
    return name;
  }

  /** Adds the password; one in the URL takes precedence over that of the environment. */
  private String withPassword(
      String url, Configuration configuration, Setting place, Setting word) {
    String password = settings.secret(word);
    if (password == null || password.isEmpty()) {
      return url;
    }
    if (PASSWORD.matcher(url).find()) {
      if (configuration.value(word).source().equals(word.standardVariable())) {
        return url;
      }
      throw settings.bad(
          word, "the URL of " + place.flag() + " has a password too; leave one of them out");
    }
    return url
        + (url.indexOf('?') < 0 ? "?" : "&")
        + "password="
        + URLEncoder.encode(password, StandardCharsets.UTF_8);
  }

  /**
   * Returns the JDBC URL of the database with the inbox, or null if none is named.
   *
   * @throws BadSettingException if settings are invalid or contradict each other
   */
  public static @Nullable String inbox(Configuration configuration) {
    StoreSettings read = new StoreSettings(new SettingReader(configuration));
    String url = read.settings.secret(Setting.INBOX);
    if (url == null || url.isEmpty()) {
      read.requireNone(configuration, OF_AN_INBOX, "needs an inbox; set --inbox too");
      return null;
    }
    try {
      return read.withPassword(
          StoreUrl.jdbc(url), configuration, Setting.INBOX, Setting.INBOX_PASSWORD);
    } catch (PosthornException e) { // never with the URL, which may have a password
      throw read.settings.bad(Setting.INBOX, String.valueOf(e.getMessage()));
    }
  }
}
