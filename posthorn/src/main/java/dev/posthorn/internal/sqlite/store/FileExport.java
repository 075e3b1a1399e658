package dev.posthorn.internal.sqlite.store;

import dev.posthorn.SqliteOptions;
import dev.posthorn.internal.copy.Position;
import dev.posthorn.internal.copy.RowKind;
import dev.posthorn.internal.copy.StoreExport;
import dev.posthorn.internal.copy.TableExport;
import dev.posthorn.internal.copy.TableExports;
import dev.posthorn.internal.sqlite.file.Connections;
import dev.posthorn.internal.sqlite.file.Errors;
import dev.posthorn.internal.sqlite.history.HistoryExports;
import dev.posthorn.internal.sqlite.live.LiveExports;
import dev.posthorn.internal.sqlite.settings.SettingExports;
import dev.posthorn.spi.store.Partitions;
import dev.posthorn.spi.store.StoreException;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.LongConsumer;
import org.sqlite.SQLiteConnection;

/**
 * Reads all of a file that this process has open as a store, and nobody writes to meanwhile. Not
 * thread-safe.
 */
public final class FileExport implements StoreExport {
  private final SQLiteConnection connection;
  private final Errors errors;
  private final TableExports tables = new TableExports();

  private FileExport(SQLiteConnection connection, Errors errors) {
    this.connection = connection;
    this.errors = errors;
    SettingExports.addTo(tables);
    HistoryExports.addTo(tables);
    LiveExports.addTo(tables);
  }

  /**
   * Opens a file.
   *
   * @throws StoreException if it cannot be read
   */
  public static FileExport open(Path file) {
    Errors errors = new Errors(file);
    try {
      return new FileExport(new Connections(file, SqliteOptions.defaults()).copier(), errors);
    } catch (SQLException e) {
      throw errors.of(e);
    }
  }

  @Override
  public <R> void each(RowKind<R> kind, Position after, Sink<R> sink) {
    TableExport<R> table = tables.of(kind);
    try (PreparedStatement statement = connection.prepareStatement(table.sql(after))) {
      table.each(statement, after, owner -> Partitions.of(owner, PARTITIONS), sink);
    } catch (SQLException e) {
      throw errors.of(e);
    }
  }

  /** Returns the id up to which the attempts are counted in the hours. */
  public long countedTo() {
    return number("SELECT attempts_indexed FROM progress", 0);
  }

  /** Passes on one id of each day of which there are messages or attempts. */
  public void eachDay(long idsOfADay, LongConsumer day) {
    for (String table : List.of("message", "attempt")) {
      long id = -1;
      while ((id = number("SELECT min(id) FROM " + table + " WHERE id > " + id, -1)) >= 0) {
        day.accept(id);
        id = id / idsOfADay * idsOfADay + idsOfADay - 1;
      }
    }
  }

  private long number(String sql, long none) {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      if (!row.next()) {
        return none;
      }
      long found = row.getLong(1);
      return row.wasNull() ? none : found;
    } catch (SQLException e) {
      throw errors.of(e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw errors.of(e);
    }
  }
}
