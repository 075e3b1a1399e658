package dev.posthorn.internal.postgresql.live;

import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.sql.Pipeline;
import dev.posthorn.internal.postgresql.sql.Query;
import dev.posthorn.internal.postgresql.sql.RowArrays;
import dev.posthorn.internal.postgresql.sql.Texts;
import dev.posthorn.internal.rows.Values;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Partitions;
import dev.posthorn.spi.store.rows.DedupeKey;
import dev.posthorn.spi.store.rows.DedupeRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes and reads deduplication keys. The partition of a key is a hash of its scope. */
public final class DedupeTable {
  /** Number of partitions of keys. Rows depend on it forever, as on the hash. */
  private static final int PARTITIONS = 256;

  private static final Comparator<DedupeKey> ORDER =
      Comparator.comparing(DedupeKey::scope).thenComparing(DedupeKey::key);

  private static final String ADD =
      "INSERT INTO posthorn.dedupe(partition, scope, key, hash, message, answer, expires)"
          + " SELECT * FROM unnest(?::smallint[], ?::text[], ?::text[], ?::bytea[], ?::bigint[],"
          + " ?::bytea[], ?::bigint[])";

  // A row may have expired already, and not be removed yet; or it is this one, to be kept longer.
  private static final String PUT =
      ADD
          + " ON CONFLICT (partition, scope, key) DO UPDATE"
          + " SET hash = excluded.hash, message = excluded.message, answer = excluded.answer,"
          + " expires = greatest(excluded.expires, dedupe.expires)"
          + " WHERE dedupe.expires <= ? OR (dedupe.message = excluded.message"
          + " AND dedupe.hash = excluded.hash"
          + " AND dedupe.answer IS NOT DISTINCT FROM excluded.answer)";
  private static final String FIND =
      "SELECT d.scope, d.key, d.hash, d.message, d.answer, d.expires"
          + " FROM unnest(?::smallint[], ?::text[], ?::text[]) AS k(partition, scope, key)"
          + " JOIN posthorn.dedupe d"
          + " ON d.partition = k.partition AND d.scope = k.scope AND d.key = k.key"
          + " WHERE d.expires > ?";
  // From a time on: before it, there may be many dead rows that cannot be removed yet.
  private static final String EXPIRED =
      "SELECT e.partition, e.scope, e.key, e.expires FROM posthorn.dedupe e"
          + " WHERE e.expires >= ? AND e.expires <= ? ORDER BY e.expires LIMIT ?";
  private static final String REMOVE =
      "DELETE FROM posthorn.dedupe d USING"
          + " unnest(?::smallint[], ?::text[], ?::text[]) AS old(partition, scope, key)"
          + " WHERE d.partition = old.partition AND d.scope = old.scope AND d.key = old.key";
  private static final String FIRST =
      "SELECT e.partition, e.expires FROM posthorn.dedupe e WHERE e.expires >= ?"
          + " ORDER BY e.expires LIMIT 1";

  private DedupeTable() {}

  /** Adds the statement that stores the keys of a batch; none of them may be stored. */
  public static void add(Pipeline pipeline, Batch batch) {
    pipeline.insert(ADD, arrays(distinct(batch.dedupe)));
  }

  /**
   * Stores the keys of a batch, of which some may be stored.
   *
   * @return false if one of them was used by somebody else
   */
  public static boolean put(Session session, Batch batch) throws SQLException {
    List<DedupeRow> rows = distinct(batch.dedupe);
    if (rows.isEmpty()) {
      return true;
    }
    try (PreparedStatement statement = session.prepare(PUT)) {
      arrays(rows).and(batch.now).bind(statement);
      return statement.executeUpdate() == rows.size();
    }
  }

  private static RowArrays<DedupeRow> arrays(List<DedupeRow> rows) {
    return new RowArrays<>(rows)
        .shorts(row -> partition(row.scope()))
        .texts(DedupeRow::scope)
        .texts(DedupeRow::key)
        .blobs(DedupeRow::hash)
        .longs(DedupeRow::message)
        .blobs(DedupeRow::answer)
        .longs(DedupeRow::expires);
  }

  /**
   * Returns the row of each key that expires last: one statement cannot replace a row twice. They
   * are in the order of their keys, so that two processes do not wait for each other's.
   */
  private static List<DedupeRow> distinct(List<DedupeRow> rows) {
    if (rows.size() < 2) {
      return rows;
    }
    Map<DedupeKey, DedupeRow> last = new TreeMap<>(ORDER);
    for (DedupeRow row : rows) {
      last.merge(row.dedupeKey(), row, (a, b) -> b.expires() > a.expires() ? b : a);
    }
    return new ArrayList<>(last.values());
  }

  private static int partition(String scope) {
    return Partitions.of(scope.hashCode(), PARTITIONS);
  }

  /** Returns the rows of some keys that have not expired. */
  public static List<DedupeRow> find(Session session, Collection<DedupeKey> keys, long now)
      throws SQLException {
    if (keys.isEmpty()) {
      return List.of();
    }
    RowArrays<DedupeKey> wanted =
        new RowArrays<>(List.copyOf(keys))
            .shorts(key -> partition(key.scope()))
            .texts(DedupeKey::scope)
            .texts(DedupeKey::key)
            .and(now);
    try (PreparedStatement statement = session.prepare(FIND)) {
      wanted.bind(statement);
      List<DedupeRow> found = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(row(rows));
        }
      }
      return found;
    }
  }

  static DedupeRow row(ResultSet row) throws SQLException {
    return new DedupeRow(
        Texts.ofStored(row.getString(1)),
        Texts.ofStored(row.getString(2)),
        Values.bytes(row.getBytes(3)),
        row.getLong(4),
        row.getBytes(5),
        row.getLong(6));
  }

  private record Expired(DedupeKey key, long expires) {}

  /**
   * Removes some keys that expired between two times, inclusive.
   *
   * @return a time before which no key expires any more
   */
  public static long expire(Session session, long from, long now, int limit) throws SQLException {
    List<Expired> expired =
        Query.list(
            session,
            row ->
                new Expired(
                    new DedupeKey(
                        Texts.ofStored(row.getString(2)), Texts.ofStored(row.getString(3))),
                    row.getLong(4)),
            EXPIRED,
            from,
            now,
            limit);
    if (!expired.isEmpty()) {
      try (PreparedStatement statement = session.prepare(REMOVE)) {
        new RowArrays<>(expired)
            .shorts(row -> partition(row.key.scope()))
            .texts(row -> row.key.scope())
            .texts(row -> row.key.key())
            .bind(statement);
        statement.executeUpdate();
      }
    }
    if (expired.size() == limit) {
      return expired.getLast().expires;
    }
    Long first = Query.one(session, row -> row.getLong(2), FIRST, from);
    return first == null ? Long.MAX_VALUE : first;
  }
}
