package dev.posthorn.internal.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.PayloadMapper;
import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import javax.json.JsonValue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class PayloadsTest {

  // ---- Jackson 3; the real libraries are in with-spring-boot ----------------------------------

  private record Tree(String getString) implements JsonValue {
    @Override
    public String toString() {
      return getString;
    }
  }

  private record Holder(Object any) {}

  private record Typed(Tree tree) {}

  @Test
  void a_tree_of_another_library_is_the_json_that_it_is() {
    assertThat(written(new Tree("[1.50]"))).isEqualTo("[1.50]");
    assertThat(written(Map.of("a", new Tree("{}")))).isEqualTo("{\"a\":{}}");
    assertThat(written(new Holder(List.of(new Tree("1"))))).isEqualTo("{\"any\":[1]}");
    assertThat(written(new Typed(new Tree("null")))).isEqualTo("{\"tree\":null}");
  }

  @Test
  void a_tree_that_is_no_json_is_refused() {
    refuses(null, new Tree("{"), "is not JSON");
    refuses(null, Map.of("a", new Tree("")), "must be one JSON value");
  }

  @Test
  void a_tree_of_jackson_3_is_written_by_it() {
    assertThat(written(Map.of("a", JsonMapper.shared().readTree("[1]")))).isEqualTo("{\"a\":[1]}");
  }

  // ---- the application's own mapper ----------------------------------------------------------

  @Test
  void the_mapper_of_the_application_writes_whatever_it_is() {
    assertThat(written(payload -> "[\"" + payload + "\"]", List.of(1))).isEqualTo("[\"[1]\"]");
  }

  @Test
  void what_it_cannot_write_is_refused() {
    PayloadMapper failing =
        payload -> {
          throw new IOException("no");
        };
    assertThatThrownBy(() -> written(failing, new Holder(1)))
        .isInstanceOfSatisfying(
            PosthornException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID))
        .hasMessageContainingAll("payload", "PosthornOptions.json", Holder.class.getName(), "no")
        .hasCauseInstanceOf(IOException.class);
    refuses(payload -> "{", 1, "is not JSON");
    refuses(payload -> "", 1, "must be one JSON value");
  }

  @Test
  @SuppressWarnings("NullAway") // what callers do who do not check nullness
  void a_mapper_that_returns_nothing_is_told_so() {
    refuses(payload -> null, 1, "returned null");
  }

  private static String written(Object payload) {
    return written(null, payload);
  }

  private static String written(@Nullable PayloadMapper mapper, Object payload) {
    return new String(new Payloads(mapper).write(payload), UTF_8);
  }

  private static void refuses(@Nullable PayloadMapper mapper, Object payload, String problem) {
    assertThatThrownBy(() -> written(mapper, payload))
        .isInstanceOfSatisfying(
            PosthornException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID))
        .hasMessageContainingAll("payload", problem);
  }
}
