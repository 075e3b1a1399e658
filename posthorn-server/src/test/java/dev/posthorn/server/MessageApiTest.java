package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a message shows of itself. */
class MessageApiTest {
  @AutoClose private final Deliveries on = new Deliveries();

  @Test
  void showsWhenItWasToBeDelivered() {
    on.endpoint("ok", "/ok");
    Instant later = Instant.now().plusSeconds(3_600).truncatedTo(ChronoUnit.MILLIS);
    String scheduled = on.send("a", "\"deliverAt\":\"" + later + "\"");
    String passed = on.send("a", "\"deliverAt\":\"2020-01-01T00:00:00Z\"");
    String atOnce = on.send("a");
    on.awaitStatus(passed, 0);
    assertThat(deliverAt(scheduled)).isEqualTo(later.toString());
    assertThat(deliverAt(passed)).as("it stays, as it was given").isEqualTo("2020-01-01T00:00:00Z");
    assertThat(on.api.get(on.app + "/msg/" + atOnce).at("/deliverAt").isNull()).isTrue();
    JsonNode listed = on.api.get(on.app + "/msg?with_content=false").expect(200).at("/data");
    assertThat(listed.get(2).get("deliverAt").asString()).isEqualTo(later.toString());
    on.server.restart();
    assertThat(deliverAt(scheduled)).isEqualTo(later.toString());
  }

  private String deliverAt(String message) {
    return on.api.get(on.app + "/msg/" + message).expect(200).at("/deliverAt").asString();
  }
}
