package dev.posthorn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** The library on PostgreSQL, from the outside. */
@ExtendWith(PostgresqlExtension.class)
class PostgresqlPosthornTest {
  private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);

  private static PostgresqlOptions.Builder database(TestDatabase database) {
    return PostgresqlOptions.builder(database.url())
        .lease(Duration.ofSeconds(3), Duration.ofMillis(200));
  }

  private static PosthornOptions.Builder options(PostgresqlOptions database) {
    return PosthornOptions.builder(database)
        .secretKey(KEY)
        .allowNetworks("127.0.0.0/8")
        .retrySchedule(RetrySchedule.of(Duration.ofMillis(50), Duration.ofMillis(50)));
  }

  private static Posthorn open(TestDatabase database) {
    return Posthorn.open(options(database(database).build()).build());
  }

  private static void awaitSuccess(Posthorn posthorn, Receipt receipt) {
    Await.until(
        "success of " + receipt,
        () ->
            posthorn.messages().get(receipt.id()).deliveries().values().stream()
                .allMatch(state -> state == DeliveryState.SUCCEEDED));
  }

  @Test
  void aMessageArrivesAndIsStillThereAfterARestart(TestDatabase database) {
    try (Receiver receiver = Receiver.start()) {
      Receipt receipt;
      try (Posthorn posthorn = open(database)) {
        posthorn.endpoints().add(NewEndpoint.of(receiver.url("/hooks")));
        receipt = posthorn.send("invoice.paid", "{\"id\":1}");
        awaitSuccess(posthorn, receipt);
        assertThat(posthorn).hasToString("Posthorn[" + database(database).build() + "]");
      }
      try (Posthorn posthorn = open(database)) {
        assertThat(posthorn.messages().get(receipt.id()).payload())
            .asString(java.nio.charset.StandardCharsets.UTF_8)
            .isEqualTo("{\"id\":1}");
        awaitSuccess(posthorn, posthorn.send("invoice.paid", "{\"id\":2}"));
      }
      assertThat(receiver.count()).isEqualTo(2);
    }
  }

  @Test
  void aDataSourceIsEnough(TestDatabase database) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setURL(database.url());
    PosthornOptions options = PosthornOptions.postgresql(source);
    try (Posthorn posthorn = Posthorn.open(options.toBuilder().secretKey(KEY).build())) {
      assertThat(posthorn.send("invoice.paid", "{}").matchedNoEndpoint()).isTrue();
    }
  }

  @Test
  void deliveriesContinueAfterAllConnectionsWereTerminated(TestDatabase database) {
    try (Receiver receiver = Receiver.start();
        Posthorn posthorn = open(database)) {
      posthorn.endpoints().add(NewEndpoint.of(receiver.url("/hooks")));
      for (int i = 0; i < 5; i++) {
        awaitSuccess(posthorn, posthorn.send("invoice.paid", "{}"));
        database.terminateBackends();
      }
      assertThat(receiver.count()).isEqualTo(5);
      assertThat(posthorn.health().state()).isEqualTo(Health.State.READY);
    }
  }

  @Test
  void aStandbyWaitsForTheOwner(TestDatabase database) throws Exception {
    PostgresqlOptions alone = database(database).singleOwner(true).build();
    try (Receiver receiver = Receiver.start()) {
      Posthorn first = Posthorn.open(options(alone).build());
      first.endpoints().add(NewEndpoint.of(receiver.url("/hooks")));
      PosthornOptions impatient =
          options(alone.toBuilder().openTimeout(Duration.ZERO).build()).build();
      assertThatThrownBy(() -> Posthorn.open(impatient))
          .isInstanceOfSatisfying(
              PosthornException.class, e -> assertThat(e.reason()).isEqualTo(Reason.STORE_LOCKED))
          .hasMessageContaining("is in use");
      CompletableFuture<Posthorn> second =
          CompletableFuture.supplyAsync(() -> Posthorn.open(options(alone).build()));
      first.close();
      try (Posthorn next = second.get()) {
        awaitSuccess(next, next.send("invoice.paid", "{}"));
      }
    }
  }

  @Test
  void aKeyIsRequired(TestDatabase database) {
    assertThatThrownBy(() -> Posthorn.open(PosthornOptions.postgresql(database.url())))
        .hasMessageContainingAll("secretKey: is missing", "openssl rand -base64 32");
    assertThat(database.query("SELECT to_regnamespace('posthorn') IS NULL")).containsExactly("t");
  }

  @Test
  void theKeyMayBeInAFile(TestDatabase database, @TempDir Path folder) {
    PosthornOptions options =
        PosthornOptions.builder(database(database).build())
            .keyFile(folder.resolve("posthorn.key"))
            .build();
    String id;
    try (Posthorn posthorn = Posthorn.open(options)) {
      id = posthorn.endpoints().add(NewEndpoint.of("https://example.com/hooks")).id();
    }
    try (Posthorn posthorn = Posthorn.open(options)) {
      assertThat(posthorn.endpoints().secret(id)).startsWith("whsec_");
    }
  }

  @Test
  void aServersSchemaIsRefused(TestDatabase database) {
    open(database).close();
    database.execute(
        "INSERT INTO posthorn.environment (id, name, retention_millis, created, updated) VALUES (7,"
            + " 'x', 0, 0, 0)");
    assertThatThrownBy(() -> open(database))
        .hasMessageContaining("postgresql: has the schema of a Posthorn server");
    database.execute("DELETE FROM posthorn.environment");
    open(database).close(); // the lease was released
  }
}
