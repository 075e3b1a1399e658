package dev.posthorn.internal.postgresql.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An insert of many rows, with their partition, in two forms: with all columns, and, if no row has
 * anything in an optional column, without those. A column costs the server time for each row, even
 * if it is empty, and most batches need the short form only. More forms would be too many to keep
 * prepared.
 *
 * @param <T> the type of the rows
 */
public final class RowInsert<T> {
  private final List<Column<T>> columns;
  private final String longForm;
  private final String shortForm;

  private RowInsert(String table, List<Column<T>> columns) {
    this.columns = columns;
    this.longForm = sql(table, columns);
    this.shortForm = sql(table, columns.stream().filter(column -> !column.isOptional()).toList());
  }

  /**
   * A column.
   *
   * @param value its value, in SQL
   * @param isEmpty returns whether a row has nothing in it; null if the column is not optional
   * @param parameter adds the values of all rows as a parameter
   */
  private record Column<T>(
      String name,
      String type,
      String value,
      @Nullable Predicate<T> isEmpty,
      Consumer<RowArrays<T>> parameter) {

    boolean isOptional() {
      return isEmpty != null;
    }

    boolean isUsed(T row) {
      return isEmpty != null && !isEmpty.test(row);
    }
  }

  private static <T> String sql(String table, List<Column<T>> some) {
    return "INSERT INTO %s(%s) SELECT %s FROM unnest(%s) AS r(%s)"
        .formatted(
            table,
            joined("partition", some, Column::name),
            joined("r.partition", some, Column::value),
            joined("?::smallint[]", some, column -> "?::" + column.type + "[]"),
            joined("partition", some, Column::name));
  }

  private static <T> String joined(
      String first, List<Column<T>> some, Function<Column<T>, String> text) {
    return some.stream().map(text).collect(Collectors.joining(", ", first + ", ", ""));
  }

  /**
   * Adds the insert to a pipeline, unless there are no rows.
   *
   * @param rows the rows, with the partition as their only column
   */
  public void addTo(Pipeline pipeline, RowArrays<T> rows) {
    boolean isLong = needsLongForm(rows.rows());
    for (Column<T> column : columns) {
      if (isLong || !column.isOptional()) {
        column.parameter.accept(rows);
      }
    }
    pipeline.insert(isLong ? longForm : shortForm, rows);
  }

  private boolean needsLongForm(List<T> rows) {
    for (Column<T> column : columns) {
      if (column.isOptional() && rows.stream().anyMatch(column::isUsed)) {
        return true;
      }
    }
    return false;
  }

  /** Returns a builder of an insert into a table. */
  public static <T> Builder<T> into(String table) {
    return new Builder<>(table);
  }

  /**
   * Builder of an insert, from its columns.
   *
   * @param <T> the type of the rows
   */
  public static final class Builder<T> {
    private final String table;
    private final List<Column<T>> columns = new ArrayList<>();

    private Builder(String table) {
      this.table = table;
    }

    private Builder<T> add(String name, String type, Consumer<RowArrays<T>> parameter) {
      columns.add(new Column<>(name, type, "r." + name, null, parameter));
      return this;
    }

    private Builder<T> addUnlessZero(
        String name, String type, Predicate<T> isZero, Consumer<RowArrays<T>> parameter) {
      columns.add(new Column<>(name, type, "NULLIF(r." + name + ", 0)", isZero, parameter));
      return this;
    }

    /** Adds a column of {@code bigint}. */
    public Builder<T> longs(String name, ToLongFunction<T> value) {
      return add(name, "bigint", rows -> rows.longs(value));
    }

    /** Adds a column of {@code integer}. */
    public Builder<T> ints(String name, ToIntFunction<T> value) {
      return add(name, "integer", rows -> rows.ints(value));
    }

    /** Adds a column of {@code smallint}. */
    public Builder<T> shorts(String name, ToIntFunction<T> value) {
      return add(name, "smallint", rows -> rows.shorts(value));
    }

    /** Adds a column of {@code text}. */
    public Builder<T> texts(String name, Function<T, @Nullable String> value) {
      return add(name, "text", rows -> rows.texts(value));
    }

    /** Adds a column of {@code bytea}. */
    public Builder<T> blobs(String name, Function<T, byte @Nullable []> value) {
      return add(name, "bytea", rows -> rows.blobs(value));
    }

    /** Adds an optional column of {@code bigint}, in which NULL stands for 0. */
    public Builder<T> optionalLongs(String name, ToLongFunction<T> value) {
      return addUnlessZero(
          name, "bigint", row -> value.applyAsLong(row) == 0, rows -> rows.longs(value));
    }

    /** Adds an optional column of {@code integer}, in which NULL stands for 0. */
    public Builder<T> optionalInts(String name, ToIntFunction<T> value) {
      return addUnlessZero(
          name, "integer", row -> value.applyAsInt(row) == 0, rows -> rows.ints(value));
    }

    /** Adds an optional column of {@code text}. */
    public Builder<T> optionalTexts(String name, Function<T, @Nullable String> value) {
      columns.add(
          new Column<>(
              name,
              "text",
              "r." + name,
              row -> value.apply(row) == null,
              rows -> rows.texts(value)));
      return this;
    }

    /** Returns the insert. */
    public RowInsert<T> build() {
      return new RowInsert<>(table, List.copyOf(columns));
    }
  }
}
