package dev.posthorn.internal.sqlite.live;

import dev.posthorn.internal.rows.Values;
import dev.posthorn.internal.sqlite.file.Reader;
import dev.posthorn.spi.store.rows.DedupeKey;
import dev.posthorn.spi.store.rows.DedupeRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/** Reads deduplication keys, many with one statement. */
public final class DedupeReads {
  private static final int MANY = 100;
  private static final String ONE_KEY = statement(1);
  private static final String MANY_KEYS = statement(MANY);

  private DedupeReads() {}

  private static String statement(int keys) {
    return "WITH k(scope, key) AS (VALUES "
        + String.join(", ", Collections.nCopies(keys, "(?, ?)"))
        + ") SELECT d.scope, d.key, d.hash, d.message, d.answer, d.expires"
        + " FROM k CROSS JOIN dedupe d ON d.scope = k.scope AND d.key = k.key"
        + " WHERE d.expires > ?";
  }

  public static List<DedupeRow> remembered(Reader reader, Collection<DedupeKey> keys, long now)
      throws SQLException {
    List<DedupeRow> found = new ArrayList<>();
    int left = keys.size();
    for (Iterator<DedupeKey> next = keys.iterator(); next.hasNext(); ) {
      boolean one = left == 1;
      Object[] parameters =
          new Object[one ? 3 : 2 * MANY + 1]; // unused parameters stay null and match nothing
      for (int i = 0; i < parameters.length - 1 && next.hasNext(); i += 2) {
        DedupeKey key = next.next();
        parameters[i] = key.scope();
        parameters[i + 1] = key.key();
        left--;
      }
      parameters[parameters.length - 1] = now;
      found.addAll(reader.list(DedupeReads::row, one ? ONE_KEY : MANY_KEYS, parameters));
    }
    return found;
  }

  static DedupeRow row(ResultSet row) throws SQLException {
    return new DedupeRow(
        row.getString(1),
        row.getString(2),
        Values.bytes(row.getBytes(3)),
        row.getLong(4),
        row.getBytes(5),
        row.getLong(6));
  }
}
