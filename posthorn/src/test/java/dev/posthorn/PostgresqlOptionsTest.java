package dev.posthorn;

import static dev.posthorn.BadInputTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresqlOptionsTest {
  private static final String URL = "postgresql://db.example/billing?user=me&password=word";
  private static final String KEY = "00".repeat(32);

  @SuppressWarnings("ReferenceEquality") // the identity of the proxy is its equality
  private static final DataSource SOURCE =
      (DataSource)
          Proxy.newProxyInstance(
              PostgresqlOptionsTest.class.getClassLoader(),
              new Class<?>[] {DataSource.class},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> 1;
                    case "getLogWriter" -> new PrintWriter(PrintWriter.nullWriter());
                    default -> throw new UnsupportedOperationException(method.getName());
                  });

  private static PostgresqlOptions.Builder all() {
    return PostgresqlOptions.builder(URL)
        .schema("hooks")
        .schemaMode(PostgresqlOptions.SchemaMode.CHECK)
        .readers(5)
        .listReaders(6)
        .readTimeout(Duration.ofSeconds(7))
        .openTimeout(Duration.ofSeconds(8))
        .lease(Duration.ofSeconds(9), Duration.ofSeconds(1))
        .partitionedHistory(false)
        .singleOwner(true)
        .nodeName("node-1");
  }

  @Test
  void everyOptionCanBeReadBack() {
    PostgresqlOptions options = all().build();
    assertThat(options.url()).isEqualTo("jdbc:" + URL);
    assertThat(options.dataSource()).isNull();
    assertThat(options.schema()).isEqualTo("hooks");
    assertThat(options.schemaMode()).isEqualTo(PostgresqlOptions.SchemaMode.CHECK);
    assertThat(options.readers()).isEqualTo(5);
    assertThat(options.listReaders()).isEqualTo(6);
    assertThat(options.readTimeout()).isEqualTo(Duration.ofSeconds(7));
    assertThat(options.openTimeout()).isEqualTo(Duration.ofSeconds(8));
    assertThat(options.leaseDuration()).isEqualTo(Duration.ofSeconds(9));
    assertThat(options.leaseRenewal()).isEqualTo(Duration.ofSeconds(1));
    assertThat(options.partitionedHistory()).isFalse();
    assertThat(options.singleOwner()).isTrue();
    assertThat(PostgresqlOptions.of(URL).singleOwner()).isFalse();
    assertThat(options.nodeName()).isEqualTo("node-1");
    assertThat(PostgresqlOptions.of(URL).nodeName()).isNull();
    assertThat(PostgresqlOptions.of(SOURCE).dataSource()).isSameAs(SOURCE);
    assertThat(PostgresqlOptions.of(SOURCE).url()).isNull();
  }

  @Test
  void optionsAreValuesAndShowNoSecrets() {
    PostgresqlOptions options = all().build();
    assertThat(options).isEqualTo(all().build()).hasSameHashCodeAs(all().build());
    assertThat(options.toBuilder().build()).isEqualTo(options);
    assertThat(options.toBuilder().readers(1).build()).isNotEqualTo(options);
    assertThat(options.toString())
        .startsWith("PostgresqlOptions[url=jdbc:postgresql://db.example/billing, schema=hooks")
        .doesNotContain("word", "user");
    assertThat(PosthornOptions.of(options).toString())
        .startsWith("PosthornOptions[postgresql=PostgresqlOptions[url=jdbc:postgresql://db.example")
        .doesNotContain("word");
  }

  @Test
  void aPosthornIsOnAFileOrOnADatabase() {
    PosthornOptions database = PosthornOptions.postgresql(SOURCE);
    assertThat(database.postgresql()).isEqualTo(PostgresqlOptions.of(SOURCE));
    assertThat(database.file()).isNull();
    assertThat(database.keyFile()).isNull();
    assertThat(PosthornOptions.postgresql(URL).postgresql()).isEqualTo(PostgresqlOptions.of(URL));
    assertThat(database.toBuilder().keyFile(Path.of("keys")).build().keyFile())
        .isEqualTo(Path.of("keys"));
    assertThat(PosthornOptions.of(Path.of("a.db")).postgresql()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "postgresql://h/d, jdbc:postgresql://h/d",
    "postgres://h/d, jdbc:postgresql://h/d",
    "jdbc:postgresql://h/d, jdbc:postgresql://h/d",
    "jdbc:aws-wrapper:postgresql://h/d, jdbc:aws-wrapper:postgresql://h/d",
    "postgresql://me:word@h:1/d, jdbc:postgresql://h:1/d?user=me&password=word",
    "postgresql://me@h/d?ssl=true, jdbc:postgresql://h/d?ssl=true&user=me",
    "postgresql://h/d?password=a@b, jdbc:postgresql://h/d?password=a@b",
  })
  void aUrlMayBeWrittenAsElsewhere(String url, String jdbc) {
    assertThat(PostgresqlOptions.of(url).url()).isEqualTo(jdbc);
    assertThat(PostgresqlOptions.of(url).toString()).doesNotContain("word", "a@b");
  }

  @Test
  void aUrlOfSomethingElseIsRefused() {
    assertRefused(Reason.INVALID, "url", () -> PostgresqlOptions.of("jdbc:mysql://h/d"));
    assertRefused(Reason.INVALID, "url", () -> PostgresqlOptions.of("webhooks.db"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"public", "pg_mine", "information_schema", "Hooks", "a.b", "a\"b", "", "1st"})
  void aSchemaThatIsNotItsOwnIsRefused(String name) {
    assertRefused(Reason.INVALID, "schema", () -> all().schema(name));
  }

  @Test
  void valuesOutsideOfTheirRangeAreRefused() {
    assertRefused(Reason.INVALID, "readers", () -> all().readers(0));
    assertRefused(Reason.INVALID, "listReaders", () -> all().listReaders(65));
    assertRefused(Reason.INVALID, "readTimeout", () -> all().readTimeout(Duration.ZERO));
    assertRefused(Reason.INVALID, "openTimeout", () -> all().openTimeout(Duration.ofDays(1)));
    assertRefused(
        Reason.INVALID,
        "leaseDuration",
        () -> all().lease(Duration.ofSeconds(2), Duration.ofSeconds(1)));
    assertRefused(
        Reason.INVALID,
        "leaseRenewal",
        () -> all().lease(Duration.ofSeconds(3), Duration.ofSeconds(2)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a, process 1", "-a", "a b"})
  void aNameThatIsNoWordIsRefused(String name) {
    assertRefused(Reason.INVALID, "nodeName", () -> all().nodeName(name));
  }

  @Test
  void withoutItsModuleADatabaseIsRefused() {
    assertRefused(
        Reason.INVALID,
        "postgresql",
        () ->
            Posthorn.open(
                PosthornOptions.builder(PostgresqlOptions.of(URL)).secretKey(KEY).build()));
    assertRefused(
        Reason.INVALID, "secretKey", () -> Posthorn.open(PosthornOptions.postgresql(URL)));
  }
}
