package dev.posthorn.internal.postgresql.store;

import dev.posthorn.AttemptKind;
import dev.posthorn.PostgresqlOptions;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.postgresql.connection.Database;
import dev.posthorn.internal.postgresql.schema.Schema;
import dev.posthorn.spi.store.ApplicationRow;
import dev.posthorn.spi.store.ApplicationSpec;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.EndpointRow;
import dev.posthorn.spi.store.EndpointSpec;
import dev.posthorn.spi.store.EndpointState;
import dev.posthorn.spi.store.Lease;
import dev.posthorn.spi.store.LiveRow;
import dev.posthorn.spi.store.SecretRow;
import dev.posthorn.spi.store.SettingChange.PutApplication;
import dev.posthorn.spi.store.SettingChange.PutEndpoint;
import dev.posthorn.spi.store.SettingChange.PutSecret;
import dev.posthorn.spi.store.Store;
import dev.posthorn.testkit.postgresql.EmbeddedPostgresql;
import dev.posthorn.testkit.postgresql.TestDatabase;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Measures opening the library on a server of its own that syncs: an empty database, and one with
 * endpoints, of which each has a secret and a parked delivery, and every tenth a hot one; and how
 * long a second instance, which waits, takes to follow one that is closed. Each is done several
 * times; the last is what counts.
 *
 * <p>Arguments: endpoints, applications, times.
 */
final class OpeningMeasurement {
  private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final int PER_BATCH = 500;

  private final TestDatabase database;
  private final RecordedStatements source;
  private final Keyring keyring = new Keyring(Map.of(1, new byte[Keyring.KEY_BYTES]));

  private OpeningMeasurement(TestDatabase database) {
    this.database = database;
    PGSimpleDataSource plain = new PGSimpleDataSource();
    plain.setUrl(database.url());
    this.source = new RecordedStatements(plain);
  }

  public static void main(String[] arguments) throws Exception {
    int endpoints = Integer.parseInt(arguments[0]);
    int applications = Integer.parseInt(arguments[1]);
    int times = Integer.parseInt(arguments[2]);
    try (EmbeddedPostgresql server = EmbeddedPostgresql.builder().sync(true).start();
        TestDatabase database = server.createDatabase()) {
      OpeningMeasurement measurement = new OpeningMeasurement(database);
      measurement.create();
      measurement.open("empty", times);
      measurement.handOver("empty", times);
      measurement.fill(endpoints, applications);
      measurement.open(endpoints + " endpoints", times);
      measurement.handOver(endpoints + " endpoints", times);
    }
  }

  private void create() {
    new Schema(Database.of(PostgresqlOptions.of(database.url()))).migrate();
  }

  private Posthorn open() {
    return Posthorn.open(
        PosthornOptions.builder(PostgresqlOptions.builder(source).build()).secretKey(KEY).build());
  }

  private void open(String what, int times) {
    for (int i = 0; i < times; i++) {
      long before = source.count();
      long began = System.nanoTime();
      try (Posthorn posthorn = open()) {
        System.out.printf(
            Locale.ROOT,
            "%s: opened after %.0f ms and %d statements%n",
            what,
            millis(began),
            source.count() - before);
        posthorn.send("opened", "{}");
        System.out.printf(
            Locale.ROOT, "%s: first message accepted after %.0f ms%n", what, millis(began));
      }
    }
  }

  private void handOver(String what, int times) throws Exception {
    Posthorn current = open();
    for (int i = 0; i < times; i++) {
      CompletableFuture<Posthorn> next = CompletableFuture.supplyAsync(this::open);
      Thread.sleep(1_000); // until it waits
      long began = System.nanoTime();
      current.close();
      double closed = millis(began);
      current = next.get();
      current.send("taken.over", "{}");
      System.out.printf(
          Locale.ROOT,
          "%s: closed after %.0f ms, next has accepted after %.0f ms%n",
          what,
          closed,
          millis(began));
    }
    current.close();
  }

  private void fill(int endpoints, int applications) {
    Database opened = Database.of(PostgresqlOptions.of(database.url()));
    try (Store store =
        new DatabaseStore(
            opened.sessions(new DatabaseFixture.Owner()), Lease.UNLIMITED, () -> {})) {
      Batch batch = new Batch();
      for (int i = 1; i <= applications; i++) {
        ApplicationSpec spec = ApplicationSpec.of(null, "application " + i);
        batch.settings.add(new PutApplication(new ApplicationRow(i, 1, spec, 0, 0)));
      }
      for (int i = 1; i <= endpoints; i++) {
        add(batch, store, 1_000_000L + i, 1 + i % applications);
        if (i % PER_BATCH == 0) {
          store.commit(batch);
          batch = new Batch();
        }
      }
      store.commit(batch);
    }
    database.execute("VACUUM ANALYZE");
  }

  private void add(Batch batch, Store store, long id, long application) {
    int partition = store.partitionOf(application);
    Keyring.Owner owner = new Keyring.Owner(1, application);
    EndpointSpec spec = EndpointSpec.to("https://example.com/hooks/" + id).build();
    batch.settings.add(
        new PutEndpoint(new EndpointRow(id, application, spec, EndpointState.PAUSED, 0, 0)));
    batch.settings.add(
        new PutSecret(partition, keyring.seal(owner, id, SecretRow.FIRST_SIGNING, SECRET, 0)));
    long later = System.currentTimeMillis() + 86_400_000;
    batch
        .in(partition)
        .parked
        .add(LiveRow.parked(id * 10, id, id * 10 - 5, later, later * 2, AttemptKind.SCHEDULED));
    if (id % 10 == 0) {
      batch.in(partition).hot.add(LiveRow.hot(id * 10 + 1, id, id * 10 - 5, 1, later * 2));
    }
  }

  private static double millis(long began) {
    return (System.nanoTime() - began) / 1e6;
  }
}
