package dev.posthorn.internal.engine.task;

import dev.posthorn.internal.engine.base.StoredJson;
import dev.posthorn.spi.store.rows.TaskRow;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * The order and the progress of a task, which {@link TaskRow#data} holds as JSON.
 *
 * @param order what it works on
 * @param position the id after which it goes on, or 0 for the start
 * @param examined how many attempts, messages or applications it has looked at
 * @param changed how many deliveries it began or canceled, messages it sent or payloads it removed
 * @param error why it was given up, or null
 * @param sent the first {@value #MOST_SENT} messages that it sent, or null
 */
public record TaskData(
    TaskOrder order,
    long position,
    long examined,
    long changed,
    @Nullable String error,
    @Nullable List<Sent> sent) {
  /** The number of sent messages that a task remembers. */
  public static final int MOST_SENT = 1_000;

  /** A message that was sent to an application. */
  public record Sent(long application, long message) {
    private static Sent of(StoredJson json) {
      return new Sent(json.number("application"), json.number("message"));
    }

    private void write(JsonGenerator json) {
      json.writeStartObject();
      json.writeNumberProperty("application", application);
      json.writeNumberProperty("message", message);
      json.writeEndObject();
    }
  }

  public static TaskData begin(TaskOrder order) {
    return new TaskData(order, 0, 0, 0, null, null);
  }

  /** Returns the data of a task; throws if another kind of task wrote it. */
  public static TaskData of(TaskRow row) {
    StoredJson json = StoredJson.read(row.data());
    List<StoredJson> sent = json.objects("sent");
    return new TaskData(
        TaskOrder.of(Objects.requireNonNull(json.object("order"), "order")),
        json.number("position"),
        json.number("examined"),
        json.number("changed"),
        json.text("error"),
        sent == null ? null : sent.stream().map(Sent::of).toList());
  }

  public String json() {
    return StoredJson.write(
        json -> {
          json.writeObjectPropertyStart("order");
          order.write(json);
          json.writeEndObject();
          json.writeNumberProperty("position", position);
          json.writeNumberProperty("examined", examined);
          json.writeNumberProperty("changed", changed);
          StoredJson.write(json, "error", error);
          if (sent != null) {
            json.writeArrayPropertyStart("sent");
            sent.forEach(one -> one.write(json));
            json.writeEndArray();
          }
        });
  }

  public TaskData after(long to, long more, long changes) {
    return new TaskData(order, to, examined + more, changed + changes, error, sent);
  }

  /** Returns the same with as many more messages that were sent as there is room for. */
  public TaskData with(List<Sent> more) {
    Stream<Sent> all = Stream.concat(Stream.ofNullable(sent).flatMap(List::stream), more.stream());
    return new TaskData(order, position, examined, changed, error, all.limit(MOST_SENT).toList());
  }

  public TaskData givenUp(String why) {
    return new TaskData(order, position, examined, changed, why, sent);
  }
}
