package dev.posthorn.internal.engine.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.task.TaskData;
import dev.posthorn.internal.engine.task.TaskOrder;
import dev.posthorn.spi.store.rows.TaskRow;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/** Stored JSON is read back, including JSON that older versions wrote with Jackson databind. */
class StoredJsonTest {
  private static final JsonMapper OLDER = new JsonMapper();

  private static Stream<TaskData> tasks() {
    TaskOrder.Filter filter =
        new TaskOrder.Filter(List.of("a.b", "c"), "eu", "t\"ag", DeliveryState.FAILED, 5);
    return Stream.of(
        TaskData.begin(new TaskOrder(7, 1, Long.MAX_VALUE)),
        TaskData.begin(new TaskOrder(0, 2, 3, filter)).after(9, 4, 3).givenUp("ü\n"),
        TaskData.begin(new TaskOrder(0, 0, 0)).with(List.of(new TaskData.Sent(1, 2))));
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void a_task(TaskData data) {
    assertThat(read(data.json())).isEqualTo(data);
    assertThat(read(OLDER.writeValueAsString(data))).isEqualTo(data);
  }

  private static TaskData read(String text) {
    return TaskData.of(TaskRow.begin(1, 1, 0, "type", text, 0));
  }

  @Test
  void what_a_newer_version_adds_is_left_unread() {
    TaskData data = TaskData.begin(new TaskOrder(7, 1, 2));
    assertThat(read("{\"more\":{\"a\":[true,1.5,{}]}," + data.json().substring(1))).isEqualTo(data);
  }

  private static Stream<SendRequest> messages() {
    SendRequest.RequestKey request = new SendRequest.RequestKey("scope", "key", new byte[] {1, -1});
    return Stream.of(
        new SendRequest(1, "a.b", List.of(), "text/plain", new byte[0], SendRequest.Options.NONE),
        new SendRequest(
            2,
            "a.b",
            List.of("eu"),
            "application/json",
            "{\"ü\":1}".getBytes(UTF_8),
            new SendRequest.Options("event", 3, 4, null)
                .withPayloadMillis(5)
                .withTags(List.of("t"))
                .withRequest(request)));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void a_message(SendRequest message) {
    assertSame(SendRequest.of(message.json()), message);
    assertSame(SendRequest.of(OLDER.writeValueAsString(message)), message);
  }

  private static void assertSame(SendRequest read, SendRequest message) {
    assertThat(read).usingRecursiveComparison().isEqualTo(message);
  }

  @Test
  void a_message_of_before_times_were_kept() {
    for (SendRequest message : messages().toList()) {
      String text = message.json().replaceFirst(",\"times\":\"[^\"]*\"", "");
      assertThat(text).doesNotContain("times");
      assertSame(SendRequest.of(text), message);
    }
  }
}
