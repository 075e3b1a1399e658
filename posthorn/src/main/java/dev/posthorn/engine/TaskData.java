package dev.posthorn.engine;

import dev.posthorn.store.TaskRow;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a task is to do and how far it has come: what {@link TaskRow#data} holds as JSON.
 *
 * @param order what it works on
 * @param position the id after which it goes on, or 0 for the start
 * @param examined how many attempts or messages it has looked at
 * @param changed how many deliveries it began or cancelled
 * @param error why it was given up, or null
 */
public record TaskData(
    TaskOrder order, long position, long examined, long changed, @Nullable String error) {
  private static final JsonMapper MAPPER = new JsonMapper();

  static TaskData begin(TaskOrder order) {
    return new TaskData(order, 0, 0, 0, null);
  }

  /** Returns the data of a task; throws if another kind of task wrote it. */
  public static TaskData of(TaskRow row) {
    return MAPPER.readValue(row.data(), TaskData.class);
  }

  String json() {
    return MAPPER.writeValueAsString(this);
  }

  TaskData after(long to, long more, long changes) {
    return new TaskData(order, to, examined + more, changed + changes, error);
  }

  TaskData givenUp(String why) {
    return new TaskData(order, position, examined, changed, why);
  }
}
