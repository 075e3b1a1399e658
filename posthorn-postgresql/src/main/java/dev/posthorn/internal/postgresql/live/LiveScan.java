package dev.posthorn.internal.postgresql.live;

import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.sql.PartitionPages;
import dev.posthorn.internal.postgresql.sql.Query;
import dev.posthorn.spi.store.reads.PartitionRow;
import dev.posthorn.spi.store.reads.ScanKey;
import dev.posthorn.spi.store.reads.ScanPage;
import dev.posthorn.spi.store.rows.CancelMark;
import dev.posthorn.spi.store.rows.LiveRow;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Reads the waiting deliveries of some partitions. */
public final class LiveScan {
  /** Pages of the hot rows. */
  public static final PartitionPages<LiveRow> HOT =
      new PartitionPages<>(
          "SELECT id, endpoint, message, due, deadline, partition FROM posthorn.hot",
          List.of("id"),
          LiveReads::hotRow,
          each -> new ScanKey(each.partition(), each.row().id()));

  /** Pages of the cancellations in force. */
  public static final PartitionPages<CancelMark> CANCEL_MARKS =
      new PartitionPages<>(
          "SELECT message, endpoint, up_to, partition FROM posthorn.cancel_mark",
          List.of("message", "endpoint"),
          row -> new CancelMark(row.getLong(1), row.getLong(2), row.getLong(3)),
          each -> new ScanKey(each.partition(), each.row().message(), each.row().endpoint()));

  private static final String PARKED =
      "SELECT " + LiveReads.PARKED_COLUMNS + ", p.partition FROM posthorn.parked p WHERE ";
  private static final String BEFORE =
      PARKED + "p.partition = ANY (?) AND p.deadline < ? ORDER BY p.partition, p.deadline LIMIT ?";

  /**
   * Jumps from endpoint to endpoint along the primary key, and at the end of a partition to the
   * next one; {@code number} counts the endpoints. Parameters: the partitions, the endpoint of the
   * first one after which to begin, the number of endpoints.
   */
  private static final String HEADS =
      "WITH RECURSIVE wanted(partitions) AS (SELECT ?::smallint[]),"
          + " head(place, endpoint, number, found) AS (SELECT 1, ?::bigint, 0, false"
          + " UNION ALL SELECT"
          + " CASE WHEN next.endpoint IS NULL THEN head.place + 1 ELSE head.place END,"
          + " coalesce(next.endpoint, "
          + Long.MIN_VALUE
          + "),"
          + " CASE WHEN next.endpoint IS NULL THEN head.number ELSE head.number + 1 END,"
          + " next.endpoint IS NOT NULL"
          + " FROM wanted CROSS JOIN head LEFT JOIN LATERAL"
          + " (SELECT p.endpoint FROM posthorn.parked p WHERE p.partition ="
          + " wanted.partitions[head.place] AND p.endpoint > head.endpoint"
          + " ORDER BY p.endpoint LIMIT 1) next ON true"
          + " WHERE head.number < ? AND head.place <= cardinality(wanted.partitions))"
          + " SELECT first.* FROM wanted CROSS JOIN head CROSS JOIN LATERAL ("
          + PARKED
          + "p.partition = wanted.partitions[head.place] AND p.endpoint = head.endpoint"
          + " ORDER BY p.due, p.id LIMIT 1) first WHERE head.found"
          + " ORDER BY first.partition, first.endpoint";

  private LiveScan() {}

  /** Returns the first parked row of each endpoint. */
  public static ScanPage<LiveRow> parkedHeads(
      Session session, Set<Integer> partitions, ScanKey after, int limit) throws SQLException {
    boolean within = partitions.contains(after.partition());
    List<PartitionRow<LiveRow>> rows =
        Query.list(
            session,
            PartitionPages.inPartition(LiveReads::parkedRow),
            HEADS,
            PartitionPages.after(partitions, within ? after.partition() - 1 : after.partition()),
            within ? after.first() : Long.MIN_VALUE,
            limit);
    return ScanPage.of(rows, limit, last -> new ScanKey(last.partition(), last.row().endpoint()));
  }

  /** Returns rows that are past their deadline. */
  public static List<PartitionRow<LiveRow>> parkedBefore(
      Session session, Set<Integer> partitions, long deadline, int limit) throws SQLException {
    return Query.list(
        session,
        PartitionPages.inPartition(LiveReads::parkedRow),
        BEFORE,
        PartitionPages.after(partitions, -1),
        deadline,
        limit);
  }
}
