package dev.posthorn.internal.postgresql.store;

import dev.posthorn.testkit.chaos.DatabaseProxy;
import dev.posthorn.testkit.postgresql.EmbeddedPostgresql;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import java.io.IOException;
import java.util.List;

/**
 * A server with a standby, which receives its write-ahead log over a connection that can be cut.
 */
public final class ServerWithStandby implements AutoCloseable {
  private static final String NAME = "standby";

  private final EmbeddedPostgresql primary;
  private final DatabaseProxy replication;
  private final EmbeddedPostgresql standby;
  private final TestDatabase database;

  /** The same on the standby: one, since each keeps a session. */
  private final TestDatabase copy;

  private ServerWithStandby() throws IOException {
    primary = EmbeddedPostgresql.start();
    replication = new DatabaseProxy("127.0.0.1", primary.port());
    standby = primary.startStandby(NAME, replication.port());
    awaitState("async");
    database = primary.createDatabase();
    copy = new TestDatabase(standby, database.name());
  }

  /** Starts servers with asynchronous replication. */
  public static ServerWithStandby start() throws IOException {
    return new ServerWithStandby();
  }

  /** Lets commits wait from now on until the standby has received them. */
  public void replicateSynchronously() {
    primary.execute("ALTER SYSTEM SET synchronous_standby_names = '" + NAME + "'");
    primary.execute("SELECT pg_reload_conf()");
    awaitState("sync");
  }

  private void awaitState(String state) {
    TestDatabase administration = new TestDatabase(primary, "postgres");
    Await.until(
        "replication is " + state,
        () ->
            administration
                .query("SELECT sync_state FROM pg_stat_replication")
                .equals(List.of(state)));
  }

  /** Returns the database on the first server. */
  public TestDatabase database() {
    return database;
  }

  /** Returns the database on the server that was the standby. */
  public TestDatabase promoted() {
    return copy;
  }

  /** Returns the URL that leads to whichever server is the primary. */
  public String url() {
    return url(standby.port());
  }

  /** Returns the same with a proxy before the standby. */
  public String urlThrough(DatabaseProxy proxy) {
    return url(proxy.port());
  }

  /** Returns a proxy before the standby. */
  public DatabaseProxy proxy() throws IOException {
    return new DatabaseProxy("127.0.0.1", standby.port());
  }

  private String url(int port) {
    return database.url().replace(":" + primary.port(), ":" + primary.port() + ",127.0.0.1:" + port)
        + "&targetServerType=primary";
  }

  /** Lets the standby receive all that was committed, and nothing from now on. */
  public void cutReplication() {
    String written = database.query("SELECT pg_current_wal_lsn()").getFirst();
    Await.until(
        "the standby has received all",
        () -> copy.query("SELECT pg_last_wal_receive_lsn() >= '" + written + "'").contains("t"));
    replication.refuse(true);
    replication.cutAll();
    Await.until(
        "nothing is replicated",
        () -> database.query("SELECT pid FROM pg_stat_replication").isEmpty());
  }

  /** Lets the server crash, and promotes the standby. */
  public void failOver() throws IOException {
    primary.crash();
    standby.promote();
  }

  @Override
  public void close() {
    replication.close();
    standby.close();
    primary.close();
  }
}
