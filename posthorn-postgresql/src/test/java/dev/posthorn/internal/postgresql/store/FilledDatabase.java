package dev.posthorn.internal.postgresql.store;

import dev.posthorn.AttemptKind;
import dev.posthorn.PostgresqlOptions;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.postgresql.connection.Database;
import dev.posthorn.internal.postgresql.schema.Schema;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.ApplicationSpec;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointSpec;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.SecretRow;
import dev.posthorn.spi.store.rows.SettingChange.PutApplication;
import dev.posthorn.spi.store.rows.SettingChange.PutEndpoint;
import dev.posthorn.spi.store.rows.SettingChange.PutSecret;
import dev.posthorn.testkit.postgresql.TestDatabase;
import java.util.Base64;
import java.util.Map;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A database with paused endpoints, each of which has a secret and a parked delivery, and every
 * tenth a hot one.
 */
final class FilledDatabase {
  private static final byte[] KEY = new byte[Keyring.KEY_BYTES];
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final long LATER = 4_000_000_000_000L;
  private static final int PER_BATCH = 500;

  private final TestDatabase database;
  private final RecordedStatements source;
  private final Keyring keyring = new Keyring(Map.of(1, KEY));

  /** Creates the schema in an empty database. */
  FilledDatabase(TestDatabase database) {
    this.database = database;
    PGSimpleDataSource plain = new PGSimpleDataSource();
    plain.setUrl(database.url());
    this.source = new RecordedStatements(plain);
    var unused = new Schema(database()).migrate();
  }

  private Database database() {
    return Database.of(PostgresqlOptions.of(database.url()));
  }

  /** Opens the library on it. */
  Posthorn open() {
    return open(true);
  }

  /** Opens the library on it, so that others may open it at the same time. */
  Posthorn openShared() {
    return open(false);
  }

  private Posthorn open(boolean singleOwner) {
    return Posthorn.open(
        PosthornOptions.builder(PostgresqlOptions.builder(source).singleOwner(singleOwner).build())
            .secretKey(Base64.getEncoder().encodeToString(KEY))
            .allowNetworks("127.0.0.0/8")
            .build());
  }

  /** Returns how often anybody has read or renewed a lease. */
  long looksAtLeases() {
    return source.count("posthorn.heartbeat");
  }

  /** Returns how often {@link #open} and what it opened prepared statements, and sent them. */
  long statements() {
    return source.count();
  }

  /** Adds applications, and endpoints that are spread over them. */
  void fill(int endpoints, int applications) {
    try (Store store =
        new DatabaseStore(
            database().sessions(new DatabaseFixture.Owner()), new DatabaseFixture.Owner())) {
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
  }

  private void add(Batch batch, Store store, long id, long application) {
    int partition = store.partitionOf(application);
    EndpointSpec spec = EndpointSpec.to("https://example.com/hooks/" + id).build();
    batch.settings.add(
        new PutEndpoint(new EndpointRow(id, application, spec, EndpointState.PAUSED, 0, 0)));
    Keyring.Owner owner = new Keyring.Owner(1, application);
    SecretRow secret = keyring.seal(owner, id, SecretRow.FIRST_SIGNING, SECRET, 0);
    batch.settings.add(new PutSecret(partition, secret));
    long message = id * 10;
    batch
        .in(partition)
        .parked
        .add(LiveRow.parked(message + 1, id, message, LATER, LATER + 1, AttemptKind.SCHEDULED));
    if (id % 10 == 0) {
      batch.in(partition).hot.add(LiveRow.hot(message + 2, id, message, 1, LATER));
    }
  }
}
