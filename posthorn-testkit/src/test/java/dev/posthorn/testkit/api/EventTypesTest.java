package dev.posthorn.testkit.api;

import static dev.posthorn.testkit.api.BadInputTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.EventType;
import dev.posthorn.Posthorn;
import dev.posthorn.error.Reason;
import org.junit.jupiter.api.Test;

class EventTypesTest extends ApiTest {
  @Test
  void eventTypesAreKeptListedAndArchived() {
    try (Posthorn posthorn = Posthorn.open(options())) {
      posthorn.eventTypes().put("invoice.paid", "An invoice was paid", "{\"type\":\"object\"}");
      posthorn.eventTypes().put("a.b", "");
      posthorn.eventTypes().archive("a.b");
    }
    try (Posthorn posthorn = Posthorn.open(options())) {
      assertThat(posthorn.eventTypes().list())
          .extracting(EventType::name, EventType::archived)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple("a.b", true),
              org.assertj.core.groups.Tuple.tuple("invoice.paid", false));
      assertThat(posthorn.eventTypes().put("a.b", "again").archived()).isFalse();
      posthorn.eventTypes().remove("a.b");
      assertRefused(Reason.NOT_FOUND, "name", () -> posthorn.eventTypes().get("a.b"));
      assertRefused(Reason.INVALID, "schema", () -> posthorn.eventTypes().put("a", "", "{"));
      assertRefused(Reason.INVALID, "name", () -> posthorn.eventTypes().put("a b", ""));
    }
  }
}
