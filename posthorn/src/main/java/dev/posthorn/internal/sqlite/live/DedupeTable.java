package dev.posthorn.internal.sqlite.live;

import dev.posthorn.internal.sqlite.file.Statements;
import dev.posthorn.spi.store.rows.DedupeRow;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** Writes deduplication keys, and removes expired ones. */
public final class DedupeTable {
  private final PreparedStatement put;
  private final PreparedStatement expire;

  public DedupeTable(Statements statements) throws SQLException {
    // A row that expires earlier has expired already, but is not removed yet.
    put =
        statements.get(
            "INSERT INTO dedupe(scope, key, hash, message, answer, expires)"
                + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET hash = excluded.hash,"
                + " message = excluded.message, answer = excluded.answer,"
                + " expires = excluded.expires WHERE excluded.expires > dedupe.expires");
    expire =
        statements.get(
            "DELETE FROM dedupe WHERE (scope, key) IN"
                + " (SELECT scope, key FROM dedupe WHERE expires <= ? ORDER BY expires LIMIT ?)");
  }

  public void put(List<DedupeRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    for (DedupeRow row : rows) {
      put.setString(1, row.scope());
      put.setString(2, row.key());
      put.setBytes(3, row.hash());
      put.setLong(4, row.message());
      put.setBytes(5, row.answer());
      put.setLong(6, row.expires());
      put.addBatch();
    }
    put.executeBatch();
  }

  /** Removes some expired keys; returns their number. */
  public int expire(long now, int limit) throws SQLException {
    expire.setLong(1, now);
    expire.setInt(2, limit);
    return expire.executeUpdate();
  }
}
