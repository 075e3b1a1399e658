package dev.posthorn.internal.rows;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A table with one column per component of a record: {@code eventTypes} is in {@code event_types}.
 * A component that is itself a record has one column for each of its own components. So a new
 * component needs a column, and no other code.
 */
public final class RecordTable<R extends Record> {
  private final Class<R> type;
  private final Shape shape;
  private final String columns;
  private final String name;
  private final String upsert;

  /**
   * Describes a table.
   *
   * @param key the columns of the primary key
   */
  public RecordTable(String name, Class<R> type, String... key) {
    this(name, type, TextForm.PLAIN, key);
  }

  /**
   * Describes a table.
   *
   * @param form the stored form of its texts
   * @param key the columns of the primary key; the first ones may be columns that the record does
   *     not have
   */
  public RecordTable(String name, Class<R> type, TextForm form, String... key) {
    this.name = name;
    this.type = type;
    this.shape = Shape.of(type, form);
    List<String> own = new ArrayList<>();
    shape.addColumns(own);
    this.columns = String.join(", ", own);
    List<String> inserted = new ArrayList<>(List.of(key));
    inserted.removeAll(own);
    inserted.addAll(own);
    String all = String.join(", ", inserted);
    Set<String> keys = Set.of(key);
    this.upsert =
        "INSERT INTO %s(%s) VALUES (%s) ON CONFLICT(%s) DO UPDATE SET %s"
            .formatted(
                name,
                all,
                "?, ".repeat(inserted.size() - 1) + "?",
                String.join(", ", key),
                inserted.stream()
                    .filter(column -> !keys.contains(column))
                    .map(column -> column + " = excluded." + column)
                    .collect(Collectors.joining(", ")));
  }

  /** Returns SQL that selects all rows; a condition may follow. */
  public String select() {
    return "SELECT " + columns + " FROM " + name;
  }

  /** Returns SQL that selects all rows, with another column as the last; a condition may follow. */
  public String select(String column) {
    return "SELECT " + columns + ", " + column + " FROM " + name;
  }

  /**
   * Returns SQL that inserts a row, or replaces the row with its key. Its parameters are the
   * columns of the key that the record does not have, then {@link #values}.
   */
  public String upsert() {
    return upsert;
  }

  /** Returns the values of a row, in the order of its columns. */
  public @Nullable Object[] values(R row) {
    List<@Nullable Object> values = new ArrayList<>();
    shape.addValues(row, values);
    return values.toArray();
  }

  /** Reads a row of the result of {@link #select}. */
  public R map(ResultSet row) throws SQLException {
    return type.cast(shape.read(row, new Position()));
  }

  /** Number of the column that was read last. */
  private static final class Position {
    private int column;
  }

  /** A component: the method that returns it, and either a column or a nested record. */
  private record Component(
      Method accessor, String column, @Nullable ColumnType form, @Nullable Shape within) {

    static Component of(RecordComponent component, TextForm form) {
      Class<?> type = component.getType();
      return new Component(
          component.getAccessor(),
          component.getName().replaceAll("[A-Z]", "_$0").toLowerCase(Locale.ROOT),
          type.isRecord() ? null : ColumnType.of(component.getGenericType(), form),
          type.isRecord() ? Shape.of(type, form) : null);
    }

    void addColumns(List<String> columns) {
      if (within == null) {
        columns.add(column);
      } else {
        within.addColumns(columns);
      }
    }

    void addValues(Object owner, List<@Nullable Object> values) {
      Object value = invoke(() -> accessor.invoke(owner));
      if (form != null) {
        values.add(form.writer().write(value));
      } else if (value == null) {
        throw new IllegalArgumentException(accessor + " returned null, not a record");
      } else if (within != null) {
        within.addValues(value, values);
      }
    }

    @Nullable Object read(ResultSet row, Position at) throws SQLException {
      return form != null
          ? form.reader().read(row, ++at.column)
          : within == null ? null : within.read(row, at);
    }
  }

  /** A record type: its constructor and components. */
  private record Shape(Constructor<?> constructor, List<Component> components) {

    static Shape of(Class<?> type, TextForm form) {
      RecordComponent[] components = type.getRecordComponents();
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      try {
        return new Shape(
            type.getDeclaredConstructor(types),
            Arrays.stream(components).map(component -> Component.of(component, form)).toList());
      } catch (NoSuchMethodException e) {
        throw new IllegalStateException(e); // each record has one
      }
    }

    void addColumns(List<String> columns) {
      components.forEach(component -> component.addColumns(columns));
    }

    void addValues(Object record, List<@Nullable Object> values) {
      components.forEach(component -> component.addValues(record, values));
    }

    Object read(ResultSet row, Position at) throws SQLException {
      @Nullable Object[] arguments = new @Nullable Object[components.size()];
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = components.get(i).read(row, at);
      }
      Object made = invoke(() -> constructor.newInstance(arguments));
      if (made == null) {
        throw new IllegalStateException(constructor + " returned null");
      }
      return made;
    }
  }

  private interface Call {
    @Nullable Object call() throws ReflectiveOperationException;
  }

  private static @Nullable Object invoke(Call call) {
    try {
      return call.call();
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e); // the records are public
    }
  }
}
