package dev.posthorn.spi.store;

import org.jspecify.annotations.Nullable;

/**
 * Which tasks of one environment to list.
 *
 * @param environment whose tasks
 * @param after only ids greater than this (exclusive), or {@link Long#MIN_VALUE}
 * @param before only ids smaller than this (exclusive), or {@link Long#MAX_VALUE}
 * @param newestFirst the order
 * @param limit how many at most, 1 to 1,000
 * @param type only tasks of this type, or null
 * @param status only tasks with this status, or null
 */
public record TaskQuery(
    long environment,
    long after,
    long before,
    boolean newestFirst,
    int limit,
    @Nullable String type,
    @Nullable String status) {

  /** Creates a query for tasks of every type and status. */
  public TaskQuery(long environment, long after, long before, boolean newestFirst, int limit) {
    this(environment, after, before, newestFirst, limit, null, null);
  }

  /** Returns whether a task has the type and the status that are asked for. */
  public boolean matches(TaskRow row) {
    return (type == null || type.equals(row.type()))
        && (status == null || status.equals(row.status()));
  }
}
