package dev.posthorn.internal.postgresql.store;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.internal.postgresql.connection.Database;
import dev.posthorn.internal.postgresql.schema.Schema;
import dev.posthorn.testkit.chaos.DatabaseProxy;
import dev.posthorn.testkit.postgresql.EmbeddedPostgresql;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import java.util.Locale;

/**
 * Measures how long partitions have no owner when a node comes, leaves, or is cut off, without
 * deliveries. Prints milliseconds. Argument: the number of rounds.
 */
final class NodesMeasurement {
  private static final int ALL = 256;

  private final SharingNode.Neighbors neighbors = new SharingNode.Neighbors();
  private final String direct;
  private final DatabaseProxy proxy;
  private final String through;

  private NodesMeasurement(TestDatabase database, DatabaseProxy proxy) {
    this.direct = database.url();
    this.proxy = proxy;
    this.through = database.urlThrough(proxy.port());
  }

  public static void main(String[] arguments) throws Exception {
    try (EmbeddedPostgresql server = EmbeddedPostgresql.builder().sync(true).start();
        TestDatabase database = server.createDatabase();
        DatabaseProxy proxy = new DatabaseProxy("127.0.0.1", server.port())) {
      new Schema(Database.of(PostgresqlOptions.of(database.url()))).migrate();
      NodesMeasurement measurement = new NodesMeasurement(database, proxy);
      for (int round = 0; round < Integer.parseInt(arguments[0]); round++) {
        measurement.round();
      }
    }
  }

  private void round() {
    try (SharingNode one = SharingNode.join("one", direct, neighbors)) {
      long joined = System.nanoTime();
      try (SharingNode two = SharingNode.join("two", through, neighbors)) {
        Await.until("even", () -> one.owned().size() == 128 && two.owned().size() == 128);
        print("joined: even after", joined);
        long left = System.nanoTime();
        two.store().leave();
        Await.until("all", () -> one.owned().size() == ALL);
        print("left: all with the other after", left);
      }
      try (SharingNode two = SharingNode.join("two", through, neighbors)) {
        Await.until("even", () -> one.owned().size() == 128 && two.owned().size() == 128);
        long cut = System.nanoTime();
        proxy.refuse(true);
        proxy.cutAll();
        Await.until("all", () -> one.owned().size() == ALL);
        print(
            "cut off (lease " + SharingNode.LEASE.toMillis() + " ms): all with the other after",
            cut);
        proxy.refuse(false);
      }
    }
  }

  private static void print(String what, long since) {
    System.out.printf(Locale.ROOT, "%s %d ms%n", what, (System.nanoTime() - since) / 1_000_000);
  }
}
