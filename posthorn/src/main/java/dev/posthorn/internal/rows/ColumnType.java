package dev.posthorn.internal.rows;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Mapping of a Java type to a column: numbers and text unchanged, an enum as its position, lists
 * and maps as JSON.
 *
 * @param reader reads a value
 * @param writer returns the value to store
 */
record ColumnType(Read reader, Write writer) {

  /** Reads a value from a column of the current row. */
  interface Read {
    @Nullable Object read(ResultSet row, int column) throws SQLException;
  }

  /** Returns the stored form of a value. */
  interface Write {
    @Nullable Object write(@Nullable Object value);
  }

  /** Returns the mapping of a type. */
  @SuppressWarnings("unchecked") // the element types of lists and maps are checked
  static ColumnType of(Type type, TextForm form) {
    if (type == long.class) {
      return asIs(ResultSet::getLong);
    }
    if (type == int.class) {
      return asIs(ResultSet::getInt);
    }
    if (type == boolean.class) {
      return asIs(ResultSet::getBoolean);
    }
    if (type == String.class) {
      return text(form, stored -> stored, value -> (String) value);
    }
    if (type == byte[].class) {
      return asIs((row, column) -> Values.bytes(row.getBytes(column)));
    }
    if (type instanceof Class<?> c && c.isEnum()) {
      Object[] constants = c.getEnumConstants();
      return new ColumnType(
          (row, column) -> constants[row.getInt(column)],
          value -> value == null ? null : Values.code((Enum<?>) value));
    }
    if (isGeneric(type, List.class, String.class)) {
      return text(form, Values::strings, value -> Values.ofStrings((List<String>) value));
    }
    if (isGeneric(type, List.class, Long.class)) {
      return text(form, Values::longs, value -> Values.ofLongs((List<Long>) value));
    }
    if (isGeneric(type, Map.class, String.class)) {
      return text(form, Values::map, value -> Values.ofMap((Map<String, String>) value));
    }
    throw new IllegalArgumentException("no column can hold " + type);
  }

  private interface Parser {
    @Nullable Object parse(@Nullable String text);
  }

  /** Returns the mapping of a type that is stored as text, or as NULL. */
  private static ColumnType text(
      TextForm form, Parser parser, Function<Object, @Nullable String> printer) {
    return new ColumnType(
        (row, column) -> {
          String stored = row.getString(column);
          return parser.parse(stored == null ? null : form.ofStored(stored));
        },
        value -> {
          String text = value == null ? null : printer.apply(value);
          return text == null ? null : form.toStored(text);
        });
  }

  private static ColumnType asIs(Read reader) {
    return new ColumnType(reader, value -> value);
  }

  private static boolean isGeneric(Type type, Class<?> raw, Class<?> argument) {
    return type instanceof ParameterizedType generic
        && generic.getRawType() == raw
        && List.of(generic.getActualTypeArguments()).stream().allMatch(argument::equals);
  }
}
