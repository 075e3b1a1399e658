package dev.posthorn.spi.store;

/**
 * Background work that goes on after a restart.
 *
 * @param id its id; the time it was begun can be read from it
 * @param environment where it works
 * @param application for which application, or 0 for the whole environment
 * @param type the name of what it does
 * @param status {@link #RUNNING}, {@link #FINISHED} or {@link #FAILED}
 * @param data its arguments and how far it has come, as JSON
 * @param created when it was begun
 * @param updated when it was last changed
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
  /** The work is to be done, or goes on. */
  public static final String RUNNING = "running";

  /** The work is done. */
  public static final String FINISHED = "finished";

  /** The work was given up. */
  public static final String FAILED = "failed";

  /** Returns a task that begins for an application, or for the whole environment (0). */
  public static TaskRow begin(
      long id, long environment, long application, String type, String data, long now) {
    return new TaskRow(id, environment, application, type, RUNNING, data, now, now);
  }

  /** Returns this task as it is at a time. */
  public TaskRow with(String otherStatus, String otherData, long now) {
    return new TaskRow(id, environment, application, type, otherStatus, otherData, created, now);
  }
}
