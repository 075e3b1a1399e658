package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.internal.id.PublicIds;
import dev.posthorn.testkit.receiver.Await;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Messages over HTTP. */
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

  // ---- payloads that are not kept as long as their messages ----------------------------------

  private boolean hasPayload(String message) {
    return !on.api.get(on.app + "/msg/" + message).expect(200).at("/payload").isObject();
  }

  @Test
  void losesItsPayloadWhenThatIsDueButNotWhatIsYetToBeDelivered() {
    on.endpoint("paused", "/ok", "\"channels\":[\"c\"]");
    on.api.post(on.app + "/endpoint/paused/pause", null).expect(200);
    Engine engine = on.server.server().engine();
    long application = engine.publicIds().parse(IdPrefix.APPLICATION, on.appId).getAsLong();
    SendRequest.Options brief = new SendRequest.Options(null, 0, 0, null).withPayloadMillis(1);
    String waiting = accept(engine, application, List.of("c"), brief);
    String forNobody = accept(engine, application, List.of(), brief);
    Await.until(
        "it is gone, with the work that rides on another commit",
        () -> {
          on.send("b");
          return !hasPayload(forNobody);
        });
    assertThat(hasPayload(waiting)).isTrue();
    on.api.post(on.app + "/endpoint/paused/resume", null).expect(200);
    on.awaitStatus(waiting, 0);
    assertThat(on.receiver.requests().getFirst().text()).isEqualTo("1");
  }

  private static String accept(
      Engine engine, long application, List<String> channels, SendRequest.Options options) {
    SendRequest request =
        new SendRequest(application, "a", channels, "application/json", new byte[] {'1'}, options);
    return engine
        .publicIds()
        .format(IdPrefix.MESSAGE, engine.messages().accept(request, 20_000).message());
  }

  @Test
  void keepsItsPayloadForAsLongAsItWasAskedTo() throws SQLException {
    String hours = on.send("a", "\"payloadRetentionHours\":2");
    String days = on.send("a", "\"payloadRetentionPeriod\":3");
    on.send("a", "\"payloadRetentionPeriod\":90"); // as long as messages
    on.send("a");
    PublicIds ids = on.server.server().engine().publicIds();
    Map<String, Long> kept = new HashMap<>();
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + on.server.database());
        Statement select = connection.createStatement();
        ResultSet rows = select.executeQuery("SELECT message, due FROM payload_end")) {
      while (rows.next()) {
        long id = rows.getLong(1);
        // Its id may be some milliseconds ahead of wall time.
        kept.put(
            ids.format(IdPrefix.MESSAGE, id),
            Math.round((rows.getLong(2) - Ids.timeOf(id)) / 60_000.0));
      }
    }
    assertThat(kept).containsOnly(Map.entry(hours, 120L), Map.entry(days, 3 * 1_440L));
  }

  private String deliverAt(String message) {
    return on.api.get(on.app + "/msg/" + message).expect(200).at("/deliverAt").asString();
  }
}
