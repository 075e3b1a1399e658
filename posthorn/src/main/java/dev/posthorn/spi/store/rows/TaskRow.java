package dev.posthorn.spi.store.rows;

/**
 * Background work that continues after a restart.
 *
 * @param id its id, which contains the time it was started
 * @param environment its environment
 * @param application its application, or 0 for the whole environment
 * @param type the name of the work
 * @param status {@link #RUNNING}, {@link #FINISHED} or {@link #FAILED}
 * @param data its arguments and progress, as JSON
 * @param created the time it was started
 * @param updated the time it was last changed
 */
public record TaskRow(
    long id,
    long environment,
    long application,
    String type,
    String status,
    String data,
    long created,
    long updated) {
  /** The work is pending or in progress. */
  public static final String RUNNING = "running";

  /** The work is done. */
  public static final String FINISHED = "finished";

  /** The work was given up. */
  public static final String FAILED = "failed";

  /** Returns a new task of an application, or of the whole environment (0). */
  public static TaskRow begin(
      long id, long environment, long application, String type, String data, long now) {
    return new TaskRow(id, environment, application, type, RUNNING, data, now, now);
  }

  /** Returns this task with another status and other data, changed at the given time. */
  public TaskRow with(String otherStatus, String otherData, long now) {
    return new TaskRow(id, environment, application, type, otherStatus, otherData, created, now);
  }
}
