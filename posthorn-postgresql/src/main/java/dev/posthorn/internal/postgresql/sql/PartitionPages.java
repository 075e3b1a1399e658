package dev.posthorn.internal.postgresql.sql;

import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.spi.store.reads.PartitionRow;
import dev.posthorn.spi.store.reads.ScanKey;
import dev.posthorn.spi.store.reads.ScanPage;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads a table in pages that go across partitions, ordered by partition and key. A statement reads
 * first what is left of the partition in which the last page ended, and then the partitions after
 * it: with one condition on both columns, PostgreSQL would begin with the first row of the
 * partition each time.
 *
 * @param <T> the type of the rows
 */
public final class PartitionPages<T> {
  private final String sql;
  private final boolean hasSecond;
  private final Query.Mapper<T> mapper;
  private final Function<PartitionRow<T>, ScanKey> key;

  /**
   * Describes the pages of a table.
   *
   * @param select SQL that selects all rows, with a column {@code partition}; a condition follows
   * @param columns the columns of the key within a partition: one or two
   * @param mapper maps a row
   * @param key returns the position of a row
   */
  public PartitionPages(
      String select,
      List<String> columns,
      Query.Mapper<T> mapper,
      Function<PartitionRow<T>, ScanKey> key) {
    String names = String.join(", ", columns);
    String order = " ORDER BY partition, " + names + " LIMIT ?";
    this.hasSecond = columns.size() == 2;
    this.mapper = mapper;
    this.key = key;
    this.sql =
        "SELECT * FROM (("
            + select
            + " WHERE partition = ? AND ("
            + names
            + (hasSecond ? ") > (?, ?)" : ") > (?)")
            + order
            + ") UNION ALL ("
            + select
            + " WHERE partition = ANY (?)"
            + order
            + ")) page"
            + order;
  }

  /** Returns a page after a position. */
  public ScanPage<T> read(Session session, Set<Integer> partitions, ScanKey after, int limit)
      throws SQLException {
    List<Object> parameters = new ArrayList<>();
    parameters.add(partitions.contains(after.partition()) ? after.partition() : -1);
    parameters.add(after.first());
    if (hasSecond) {
      parameters.add(after.second());
    }
    parameters.add(limit);
    parameters.add(after(partitions, after.partition()));
    parameters.add(limit);
    parameters.add(limit);
    List<PartitionRow<T>> rows =
        Query.list(session, inPartition(mapper), sql, parameters.toArray());
    return ScanPage.of(rows, limit, key);
  }

  /** Returns what maps rows that have a column {@code partition}. */
  public static <T> Query.Mapper<PartitionRow<T>> inPartition(Query.Mapper<T> mapper) {
    return row -> new PartitionRow<>(row.getInt("partition"), mapper.map(row));
  }

  /** Returns the partitions with greater numbers, in order, as an array, which is a parameter. */
  public static short[] after(Set<Integer> partitions, int number) {
    return shorts(partitions.stream().mapToInt(n -> n).filter(n -> n > number).sorted().toArray());
  }

  /** Returns the partitions of rows as an array, which is a parameter. */
  public static short[] of(List<? extends PartitionRow<?>> rows) {
    return shorts(rows.stream().mapToInt(PartitionRow::partition).toArray());
  }

  private static short[] shorts(int... numbers) {
    short[] shorts = new short[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      shorts[i] = (short) numbers[i];
    }
    return shorts;
  }
}
