package dev.posthorn.internal.postgresql.sql;

import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.PartitionBatch;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Many rows as the parameters of one statement: each column is an array, and a parameter. Columns
 * are parameters in the order in which they are added.
 *
 * @param <T> the type of the rows
 */
public final class RowArrays<T> {
  private final List<T> rows;
  private final List<Object> parameters = new ArrayList<>();

  /** Creates parameters for rows, without columns. */
  public RowArrays(List<T> rows) {
    this.rows = rows;
  }

  /** Gathers the rows that a list of each partition has; the first column is the partition. */
  public static <T> RowArrays<T> of(Batch batch, Function<PartitionBatch, Collection<T>> list) {
    List<T> all = new ArrayList<>();
    List<Integer> partitions = new ArrayList<>();
    for (PartitionBatch part : batch.partitions()) {
      Collection<T> some = list.apply(part);
      all.addAll(some);
      while (partitions.size() < all.size()) {
        partitions.add(part.partition());
      }
    }
    RowArrays<T> arrays = new RowArrays<>(all);
    short[] numbers = new short[all.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = partitions.get(i).shortValue();
    }
    arrays.parameters.add(numbers);
    return arrays;
  }

  /** Returns the rows. */
  public List<T> rows() {
    return rows;
  }

  /** Adds a column of {@code bigint}. */
  public RowArrays<T> longs(ToLongFunction<T> value) {
    long[] column = new long[rows.size()];
    for (int i = 0; i < column.length; i++) {
      column[i] = value.applyAsLong(rows.get(i));
    }
    parameters.add(column);
    return this;
  }

  /** Adds a column of {@code integer}. */
  public RowArrays<T> ints(ToIntFunction<T> value) {
    int[] column = new int[rows.size()];
    for (int i = 0; i < column.length; i++) {
      column[i] = value.applyAsInt(rows.get(i));
    }
    parameters.add(column);
    return this;
  }

  /** Adds a column of {@code smallint}. */
  public RowArrays<T> shorts(ToIntFunction<T> value) {
    short[] column = new short[rows.size()];
    for (int i = 0; i < column.length; i++) {
      column[i] = (short) value.applyAsInt(rows.get(i));
    }
    parameters.add(column);
    return this;
  }

  /** Adds a column of {@code text}. */
  public RowArrays<T> texts(Function<T, @Nullable String> value) {
    @Nullable String[] column = new @Nullable String[rows.size()];
    for (int i = 0; i < column.length; i++) {
      column[i] = Texts.orNull(value.apply(rows.get(i)));
    }
    parameters.add(column);
    return this;
  }

  /** Adds a column of {@code bytea}. */
  public RowArrays<T> blobs(Function<T, byte @Nullable []> value) {
    byte[] @Nullable [] column = new byte[rows.size()][];
    for (int i = 0; i < column.length; i++) {
      column[i] = value.apply(rows.get(i));
    }
    parameters.add(column);
    return this;
  }

  /** Adds a parameter that is no column. */
  public RowArrays<T> and(Object parameter) {
    parameters.add(parameter);
    return this;
  }

  /** Sets the parameters of a statement. */
  public void bind(PreparedStatement statement) throws SQLException {
    bind(statement, 1);
  }

  /** Sets the parameters of a statement from an index on; returns the index after the last. */
  int bind(PreparedStatement statement, int first) throws SQLException {
    int index = first;
    for (Object parameter : parameters) {
      statement.setObject(index++, parameter);
    }
    return index;
  }
}
