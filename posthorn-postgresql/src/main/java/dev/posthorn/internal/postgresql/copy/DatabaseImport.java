package dev.posthorn.internal.postgresql.copy;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.internal.copy.Exported;
import dev.posthorn.internal.copy.Position;
import dev.posthorn.internal.copy.RowDigest;
import dev.posthorn.internal.copy.RowKind;
import dev.posthorn.internal.copy.StoreExport;
import dev.posthorn.internal.copy.TableExport;
import dev.posthorn.internal.copy.TableExports;
import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.history.HistoryExports;
import dev.posthorn.internal.postgresql.history.HourImport;
import dev.posthorn.internal.postgresql.live.LiveExports;
import dev.posthorn.internal.postgresql.retention.ImportedDays;
import dev.posthorn.internal.postgresql.settings.SettingExports;
import dev.posthorn.internal.postgresql.sql.Query;
import dev.posthorn.internal.postgresql.store.OpenDatabase;
import dev.posthorn.spi.store.OpenWait;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.rows.HourRow;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A database into which all of another store is copied: its store, which takes most rows, and what
 * no batch can write. Owns the schema. Used by one thread.
 */
public final class DatabaseImport implements AutoCloseable {
  /** The tables without rows in a database that nobody has used. */
  private static final List<String> EMPTY =
      List.of(
          "environment",
          "token",
          "event_type",
          "setting",
          "task",
          "application",
          "removed_application",
          "endpoint",
          "secret",
          "message",
          "attempt",
          "endpoint_hour",
          "dedupe",
          "payload_end",
          "hot",
          "parked",
          "cancel_mark",
          "handoff");

  private static final int ROWS_AT_ONCE = 100;

  private final OpenDatabase open;
  private final TableExports tables = new TableExports();

  private DatabaseImport(OpenDatabase open) {
    this.open = open;
    SettingExports.addTo(tables);
    HistoryExports.addTo(tables);
    LiveExports.addTo(tables);
  }

  /**
   * Opens a database.
   *
   * @param wait decides how long to wait for another process that owns the schema
   * @throws dev.posthorn.spi.store.StoreException if it cannot be opened
   */
  public static DatabaseImport open(PostgresqlOptions options, OpenWait wait) {
    return new DatabaseImport(OpenDatabase.open(options, wait));
  }

  /** Returns the store, which takes batches. */
  public Store store() {
    return open.store();
  }

  /** Returns whether there is nothing in the schema yet. */
  public boolean isEmpty() {
    String sql =
        EMPTY.stream()
            .map(table -> "EXISTS (SELECT FROM posthorn." + table + ")")
            .collect(Collectors.joining(" OR ", "SELECT ", ""));
    return !open.sessions()
        .forWriter()
        .read(session -> Query.list(session, row -> row.getBoolean(1), sql).getFirst());
  }

  /**
   * Prepares for the history.
   *
   * @param days a time of each day with messages or attempts
   * @param countedTo the id up to which attempts are in the hours that will be copied
   */
  public void prepare(Collection<Long> days, long countedTo) {
    ImportedDays.create(open.sessions().writer(), StoreExport.PARTITIONS, days);
    var unused =
        open.sessions()
            .writer()
            .transact(
                session -> {
                  HourImport.countedTo(session, countedTo);
                  return true;
                });
  }

  /** Writes hours, or replaces them. */
  public void putHours(List<Exported<HourRow>> hours) {
    var unused =
        open.sessions()
            .writer()
            .transact(
                session -> {
                  HourImport.put(session, hours);
                  return true;
                });
  }

  /** Returns the number and the checksum of all rows of a kind that fulfill a condition. */
  public <R> RowDigest.Result digest(RowKind<R> kind, Predicate<R> condition) {
    return open.sessions().forWriter().read(session -> digest(session, kind, condition));
  }

  private <R> RowDigest.Result digest(Session session, RowKind<R> kind, Predicate<R> condition)
      throws SQLException {
    try (Statement all = session.connection().createStatement()) {
      all.execute("SET LOCAL enable_seqscan = on"); // all rows are read, in any order
    }
    TableExport<R> table = tables.of(kind);
    RowDigest digest = new RowDigest();
    try (PreparedStatement statement = session.prepare(table.sql(Position.START))) {
      statement.setFetchSize(ROWS_AT_ONCE);
      table.each(
          statement,
          Position.START,
          partition -> (int) partition,
          row -> {
            if (condition.test(row.row())) {
              digest.add(row);
            }
          });
    }
    return digest.result();
  }

  @Override
  public void close() {
    open.store().close();
  }
}
