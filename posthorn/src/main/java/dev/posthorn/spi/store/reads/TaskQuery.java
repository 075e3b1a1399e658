package dev.posthorn.spi.store.reads;

import dev.posthorn.spi.store.rows.TaskRow;
import org.jspecify.annotations.Nullable;

/**
 * Query for tasks of one environment.
 *
 * @param environment the environment
 * @param page the requested page, of 1 to 1,000 rows
 * @param type only tasks of this type, or null
 * @param status only tasks with this status, or null
 */
public record TaskQuery(
    long environment, PageRequest page, @Nullable String type, @Nullable String status) {

  /** Returns whether a task has the requested type and status. */
  public boolean matches(TaskRow row) {
    return (type == null || type.equals(row.type()))
        && (status == null || status.equals(row.status()));
  }
}
