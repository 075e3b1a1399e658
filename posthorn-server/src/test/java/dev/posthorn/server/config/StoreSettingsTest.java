package dev.posthorn.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.PostgresqlOptions.SchemaMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreSettingsTest {
  private static final String URL = "postgresql://hooks@db.example/billing";
  private static final String JDBC = "jdbc:postgresql://db.example/billing?user=hooks";

  private final Map<Setting, String> flags = new EnumMap<>(Setting.class);
  private final Map<String, String> environment = new HashMap<>();

  private @Nullable PostgresqlOptions read() {
    return StoreSettings.database(Configuration.of(flags::get, environment, null));
  }

  private @Nullable String url() {
    PostgresqlOptions options = read();
    return options == null ? null : options.url();
  }

  @Test
  void withoutAStoreItIsAFile() {
    environment.put("PGPASSWORD", "of another program");
    assertThat(read()).isNull();
  }

  @Test
  void theDefaultsAreThoseOfTheLibrary() {
    flags.put(Setting.STORE, URL);
    assertThat(read()).isEqualTo(PostgresqlOptions.of(URL));
  }

  @Test
  void eachOptionIsRead() {
    flags.put(Setting.STORE, URL);
    flags.put(Setting.SCHEMA, "hooks");
    flags.put(Setting.SCHEMA_MODE, "check");
    flags.put(Setting.SINGLE_OWNER, "true");
    flags.put(Setting.NODE_NAME, "node-1");
    flags.put(Setting.LEASE, "30s");
    flags.put(Setting.STORE_READERS, "8");
    flags.put(Setting.STORE_LIST_READERS, "3");
    flags.put(Setting.STORE_READ_TIMEOUT, "1m");
    flags.put(Setting.PARTITIONED_HISTORY, "false");
    assertThat(read())
        .isEqualTo(
            PostgresqlOptions.builder(URL)
                .schema("hooks")
                .schemaMode(SchemaMode.CHECK)
                .singleOwner(true)
                .nodeName("node-1")
                .lease(Duration.ofSeconds(30), Duration.ofSeconds(6))
                .readers(8)
                .listReaders(3)
                .readTimeout(Duration.ofMinutes(1))
                .partitionedHistory(false)
                .build());
  }

  @Test
  void aPasswordComesFromTheEnvironmentOrAFile(@TempDir Path folder) throws IOException {
    environment.put("POSTHORN_STORE", URL);
    environment.put("PGPASSWORD", "a b&c");
    assertThat(url()).isEqualTo(JDBC + "&password=a+b%26c");
    Path file = Files.writeString(folder.resolve("word"), "from a file\n");
    environment.put("POSTHORN_STORE_PASSWORD", "@" + file);
    assertThat(url()).isEqualTo(JDBC + "&password=from+a+file");
  }

  @Test
  void aUrlMayBeInAFile(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("url"), URL + "?password=word\n");
    environment.put("POSTHORN_STORE", "@" + file);
    assertThat(url()).contains("password=word", "user=hooks");
  }

  @Test
  void thePasswordOfTheUrlTakesPrecedenceOverTheOneOfPostgresqlsPrograms() {
    environment.put("POSTHORN_STORE", URL + "?password=own");
    environment.put("PGPASSWORD", "other");
    assertThat(url()).contains("password=own").doesNotContain("other");
    environment.put("POSTHORN_STORE_PASSWORD", "third");
    assertThatThrownBy(this::read)
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("--store-password (from POSTHORN_STORE_PASSWORD)")
        .hasMessageContaining("leave one of them out")
        .hasMessageNotContaining("third");
  }

  @Test
  void anInboxHasAUrlAndAPasswordOfItsOwn() {
    environment.put("PGPASSWORD", "of the store");
    flags.put(Setting.INBOX, "postgresql://app@db.example/shop");
    flags.put(Setting.INBOX_PASSWORD, "word");
    assertThat(StoreSettings.inbox(Configuration.of(flags::get, environment, null)))
        .isEqualTo("jdbc:postgresql://db.example/shop?user=app&password=word");
    flags.remove(Setting.INBOX);
    assertThatThrownBy(() -> StoreSettings.inbox(Configuration.of(flags::get, environment, null)))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("--inbox-password: needs an inbox; set --inbox too");
  }

  @Test
  void theFileOfAVariableIsIgnored() {
    environment.put("POSTHORN_DB", "/data/posthorn.db");
    flags.put(Setting.STORE, URL);
    assertThat(url()).isEqualTo(JDBC);
  }

  @ParameterizedTest
  @CsvSource({
    "DB, posthorn.db, leave one of them out",
    "SCHEMA, public, use a schema of its own",
    "SCHEMA, Hooks, use lowercase letters",
    "SCHEMA_MODE, drop, 'create, check, none'",
    "SINGLE_OWNER, maybe, true or false",
    "NODE_NAME, a b, 'use letters, digits'",
    "LEASE, 1s, a time from 3s to 5m",
    "STORE_READERS, 0, 1 to 64",
    "STORE_READ_TIMEOUT, 2h, a time from 1s to 1h",
    "PARTITIONED_HISTORY, maybe, true or false"
  })
  void whatContradictsADatabaseIsRefused(Setting setting, String value, String remedy) {
    flags.put(Setting.STORE, URL);
    flags.put(setting, value);
    assertThatThrownBy(this::read)
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining(setting.flag())
        .hasMessageContaining(remedy);
  }

  @ParameterizedTest
  @CsvSource({
    "DB, postgresql://db.example/billing, give a database with --store",
    "SCHEMA, hooks, set --store too",
    "SINGLE_OWNER, true, set --store too",
    "NODE_NAME, node-1, set --store too",
    "STORE_PASSWORD, word, set --store too",
    "STORE, webhooks.db, use postgresql://HOST/DATABASE",
    "STORE, mysql://db.example/billing, use postgresql://HOST/DATABASE"
  })
  void whatNeedsADatabaseIsRefusedWithoutOne(Setting setting, String value, String remedy) {
    flags.put(setting, value);
    assertThatThrownBy(this::read)
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining(setting.flag())
        .hasMessageContaining(remedy);
  }
}
