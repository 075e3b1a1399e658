package dev.posthorn;

import static dev.posthorn.BadInputTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

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

  @Test
  void unknownOnesAreRefusedIfThatIsAskedFor() {
    try (Posthorn posthorn = Posthorn.open(options().toBuilder().strictEventTypes(true).build())) {
      posthorn.eventTypes().put("invoice.paid", "");
      posthorn.eventTypes().put("old", "");
      posthorn.eventTypes().archive("old");
      Endpoints endpoints = posthorn.endpoints();
      String id =
          endpoints
              .add(NewEndpoint.builder("https://example.com/").events("invoice.*", "*").build())
              .id();
      posthorn.send("invoice.paid", "{}");
      posthorn.send("old", "{}");

      String pad = "\"invoice.pad\"";
      assertRefused(Reason.INVALID, "type: " + pad, () -> posthorn.send("invoice.pad", "{}"));
      assertThat(posthorn.sendAsync("invoice.pad", "{}")).isCompletedExceptionally();
      assertRefused(
          Reason.INVALID,
          "type: " + pad,
          () -> posthorn.application("other").send("invoice.pad", "{}"));
      assertRefused(
          Reason.INVALID,
          "type: " + pad,
          () -> endpoints.test(id, NewMessage.of("invoice.pad", "{}")));
      assertRefused(
          Reason.INVALID,
          "events: " + pad,
          () -> endpoints.update(id, EndpointUpdate.builder().events("invoice.pad").build()));
      assertRefused(
          Reason.INVALID,
          "events: \"invioce.*\"",
          () ->
              endpoints.add(
                  NewEndpoint.builder("https://example.com/").events("invioce.*").build()));
      assertThat(posthorn.messages().list(null, 10).messages()).hasSize(2);

      posthorn.eventTypes().remove("invoice.paid");
      assertThat(endpoints.update(id, EndpointUpdate.builder().rateLimit(5).build()).events())
          .as("what it wanted before stays")
          .containsExactly("invoice.*", "*");
    }
    try (Posthorn posthorn = Posthorn.open(options())) {
      assertThat(posthorn.send("invoice.pad", "{}").matchedNoEndpoint()).isFalse(); // "*"
    }
  }
}
