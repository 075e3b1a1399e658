package dev.posthorn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.PostgresqlOptions.SchemaMode;
import dev.posthorn.PosthornException;
import dev.posthorn.PosthornOptions;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** The store that follows from properties and from the program's sources of connections. */
class StoreSelectionTest {
  private static final DataSource POSTGRESQL = source("PostgreSQL");
  private static final DataSource H2 = source("H2");

  /** A source whose connections only name their product. */
  private static DataSource source(String product) {
    DatabaseMetaData about = proxy(DatabaseMetaData.class, "getDatabaseProductName", product);
    return proxy(DataSource.class, "getConnection", proxy(Connection.class, "getMetaData", about));
  }

  private static <T> T proxy(Class<T> type, String method, Object result) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, called, arguments) ->
                switch (called.getName()) {
                  case "equals" ->
                      System.identityHashCode(proxy) == System.identityHashCode(arguments[0]);
                  case "hashCode" -> 1;
                  case "close" -> null;
                  case String name when name.equals(method) -> result;
                  default -> throw new SQLException(called + " was not expected");
                }));
  }

  private static PosthornOptions options(
      Map<String, String> properties, @Nullable DataSource chosen, long sources) {
    PosthornProperties bound =
        new Binder(new MapConfigurationPropertySource(properties))
            .bindOrCreate("posthorn", PosthornProperties.class);
    return new OptionsFactory(bound, new ProgramDatabase(chosen, sources))
        .builder(null, List.of())
        .build();
  }

  private static PostgresqlOptions postgresql(PosthornOptions options) {
    return Objects.requireNonNull(options.postgresql());
  }

  @Test
  void itIsPostgresqlIfTheProgramHasIt() {
    assertThat(postgresql(options(Map.of(), POSTGRESQL, 1)))
        .isEqualTo(PostgresqlOptions.of(POSTGRESQL));
    assertThat(options(Map.of(), H2, 1).file()).isEqualTo(Path.of("webhooks.db"));
    assertThat(options(Map.of(), null, 0).postgresql()).isNull();
  }

  @Test
  void aFileThatIsNamedComesFirst() {
    assertThat(options(Map.of("posthorn.store.file", "own.db"), POSTGRESQL, 1).file())
        .isEqualTo(Path.of("own.db"));
    assertThat(options(Map.of("posthorn.store.type", "file"), POSTGRESQL, 1).postgresql()).isNull();
  }

  @Test
  void aUrlComesBeforeTheSource() {
    String url = "postgresql://db.example/hooks?user=ada";
    for (String type : List.of("auto", "postgresql")) {
      Map<String, String> properties =
          Map.of("posthorn.store.postgresql.url", url, "posthorn.store.type", type);
      assertThat(postgresql(options(properties, H2, 1))).isEqualTo(PostgresqlOptions.of(url));
    }
  }

  @Test
  void eachPropertySetsItsOption() {
    PosthornOptions options =
        options(
            Map.of(
                "posthorn.store.postgresql.schema", "hooks",
                "posthorn.store.postgresql.schema-mode", "check",
                "posthorn.store.postgresql.readers", "5",
                "posthorn.store.postgresql.list-readers", "3",
                "posthorn.store.postgresql.read-timeout", "9s",
                "posthorn.store.postgresql.open-timeout", "8s",
                "posthorn.store.postgresql.lease-duration", "12s",
                "posthorn.store.postgresql.lease-renewal", "3s",
                "posthorn.store.postgresql.partitioned-history", "false"),
            POSTGRESQL,
            1);
    assertThat(postgresql(options))
        .isEqualTo(
            PostgresqlOptions.builder(POSTGRESQL)
                .schema("hooks")
                .schemaMode(SchemaMode.CHECK)
                .readers(5)
                .listReaders(3)
                .readTimeout(Duration.ofSeconds(9))
                .openTimeout(Duration.ofSeconds(8))
                .lease(Duration.ofSeconds(12), Duration.ofSeconds(3))
                .partitionedHistory(false)
                .build());
  }

  @Test
  void mistakesAreNamed() {
    assertThatThrownBy(() -> options(Map.of(), null, 2))
        .isInstanceOf(PosthornException.class)
        .hasMessageContaining("there are 2 beans")
        .hasMessageEndingWith("set posthorn.store.type=file or posthorn.store.postgresql.url");
    assertThatThrownBy(() -> options(Map.of("posthorn.store.type", "postgresql"), null, 0))
        .hasMessageContaining("there is no DataSource");
    assertThatThrownBy(
            () ->
                options(
                    Map.of("posthorn.store.postgresql.url", "oracle://x?password=hunter2"),
                    null,
                    0))
        .hasMessageStartingWith("posthorn.store.postgresql.url: ")
        .hasMessageNotContaining("hunter2");
    assertThatThrownBy(
            () -> options(Map.of("posthorn.store.postgresql.schema", "public"), POSTGRESQL, 1))
        .isInstanceOfSatisfying(
            InvalidConfigurationPropertyValueException.class,
            e -> assertThat(e.getName()).isEqualTo("posthorn.store.postgresql.schema"));
    DataSource down = proxy(DataSource.class, "nothing", "");
    assertThatThrownBy(() -> options(Map.of(), down, 1))
        .isInstanceOf(PosthornException.class)
        .hasMessageContaining("set posthorn.store.type to file or postgresql");
  }
}
