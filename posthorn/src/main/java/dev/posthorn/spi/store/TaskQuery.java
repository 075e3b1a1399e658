package dev.posthorn.spi.store;

import org.jspecify.annotations.Nullable;

/**
 * A list of tasks of one environment.
 *
 * @param environment the environment
 * @param page the part of the list, of 1 to 1,000 rows
 * @param type only tasks of this type, or null
 * @param status only tasks with this status, or null
 */
public record TaskQuery(
    long environment, PageRequest page, @Nullable String type, @Nullable String status) {

  /** Returns whether a task has the type and the status that are asked for. */
  public boolean matches(TaskRow row) {
    return (type == null || type.equals(row.type()))
        && (status == null || status.equals(row.status()));
  }
}
