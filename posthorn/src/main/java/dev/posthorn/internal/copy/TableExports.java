package dev.posthorn.internal.copy;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tables of an SQL database that have the rows of each kind. */
public final class TableExports {
  private final Map<RowKind<?>, TableExport<?>> tables = new HashMap<>();

  /** Creates an instance without tables. */
  public TableExports() {}

  /** Adds a table. */
  public <R> TableExports with(RowKind<R> kind, TableExport<R> table) {
    tables.put(kind, table);
    return this;
  }

  /** Returns the table of a kind. */
  @SuppressWarnings("unchecked") // with() adds no other
  public <R> TableExport<R> of(RowKind<R> kind) {
    @Nullable TableExport<?> table = tables.get(kind);
    if (table == null) {
      throw new IllegalArgumentException("no table has " + kind);
    }
    return (TableExport<R>) table;
  }
}
