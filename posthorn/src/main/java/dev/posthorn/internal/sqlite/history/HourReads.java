package dev.posthorn.internal.sqlite.history;

import dev.posthorn.internal.id.Ids;
import dev.posthorn.internal.sqlite.file.Reader;
import dev.posthorn.spi.store.rows.HourCounts;
import dev.posthorn.spi.store.rows.HourRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads an endpoint's hourly counts, from the table and from attempts that are still in the tail.
 */
public final class HourReads {
  private static final int BY_ENDPOINT = 1;

  /** Jumps from hour to hour along the primary key. */
  private static final String HOURS =
      "WITH RECURSIVE there(hour) AS ("
          + "SELECT min(hour) FROM endpoint_hour WHERE hour >= ?1 AND hour < ?2"
          + " UNION ALL SELECT (SELECT min(hour) FROM endpoint_hour e WHERE e.hour > there.hour"
          + " AND e.hour < ?2) FROM there WHERE there.hour IS NOT NULL)"
          + " SELECT h.hour, h.succeeded, h.failed, h.cancelled, h.attempts, h.failed_attempts"
          + " FROM there CROSS JOIN endpoint_hour h ON h.hour = there.hour AND h.endpoint = ?3";

  private static final String COUNTED =
      "SELECT id FROM attempt_by_endpoint WHERE endpoint = ? AND id > ? AND id < ?";

  private HourReads() {}

  /**
   * Returns an endpoint's hours; the caller must take the view of the tail before the reader
   * begins.
   */
  public static List<HourRow> hours(
      Reader reader, Tail.View tail, long endpoint, long from, long to) throws SQLException {
    long first = HourTable.firstFrom(from);
    long end = HourTable.firstFrom(to);
    Map<Long, long[]> hours = new TreeMap<>();
    try (ResultSet row = reader.prepare(HOURS, first, end, endpoint).executeQuery()) {
      while (row.next()) {
        long[] counts = new long[HourFlags.COUNTS];
        for (int i = 0; i < counts.length; i++) {
          counts[i] = row.getLong(2 + i);
        }
        hours.put(row.getLong(1), counts);
      }
    }
    addTail(reader, tail, endpoint, first, end, hours);
    List<HourRow> rows = new ArrayList<>();
    for (Map.Entry<Long, long[]> hour : hours.entrySet()) {
      long[] c = hour.getValue();
      rows.add(
          new HourRow(
              endpoint,
              HourTable.start(hour.getKey()),
              new HourCounts(c[0], c[1], c[2], c[3], c[4])));
    }
    return rows;
  }

  /**
   * Adds the attempts of the tail. The table contains all indexed attempts, which by now may
   * include some of the tail.
   */
  private static void addTail(
      Reader reader, Tail.View tail, long endpoint, long first, long end, Map<Long, long[]> hours)
      throws SQLException {
    long after = Math.max(Ids.firstAt(HourTable.start(first)) - 1, indexed(reader));
    long before = Ids.firstAt(HourTable.start(end));
    long[] ids = tail.find(BY_ENDPOINT, endpoint, after, before);
    if (ids.length == 0) {
      return;
    }
    BitSet counted = new BitSet(ids.length);
    try (ResultSet row = reader.prepare(COUNTED, endpoint, after, before).executeQuery()) {
      while (row.next()) {
        setIfThere(counted, Arrays.binarySearch(ids, row.getLong(1)));
      }
    }
    tail.each(
        BY_ENDPOINT,
        endpoint,
        after,
        before,
        (id, mark) -> {
          if (mark != HourFlags.NOTHING && setIfThere(counted, Arrays.binarySearch(ids, id))) {
            HourFlags.count(
                mark, hours.computeIfAbsent(HourTable.hourOf(id), h -> new long[HourFlags.COUNTS]));
          }
        });
  }

  /** Returns the id up to which the index, and so the table, is complete in this transaction. */
  private static long indexed(Reader reader) throws SQLException {
    Long indexed = reader.one(row -> row.getLong(1), "SELECT attempts_indexed FROM progress");
    return indexed == null ? 0 : indexed;
  }

  /** Sets a bit if the index is in range; returns whether the bit was clear. */
  private static boolean setIfThere(BitSet bits, int index) {
    if (index < 0 || bits.get(index)) {
      return false;
    }
    bits.set(index);
    return true;
  }
}
