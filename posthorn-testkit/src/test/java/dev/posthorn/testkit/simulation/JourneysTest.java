package dev.posthorn.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.Timings;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.spi.store.EndpointRow;
import dev.posthorn.spi.transport.ExchangeResult;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which of a message's deliveries an exchange is held to. */
class JourneysTest {
  private static final long HOUR = 3_600_000;

  private final Stage stage =
      new Stage(7, EngineOptions.DEFAULT, Launcher.PLAIN, (host, request) -> reply());
  private final Journeys journeys = new Journeys(stage.tables, stage.clock, 1);
  private final EndpointRow endpoint = stage.await(stage.addEndpoint("e", Stage.policy(false)));
  private long message;
  private int sent;

  private SimReceiver.Reply reply() {
    sent++;
    journeys.exchange(message, endpoint.id());
    return new SimReceiver.Reply(
        1, new ExchangeResult.Response(200, null, new byte[0], null, Timings.NONE));
  }

  @BeforeEach
  void aMessageWaitsForItsTime() {
    stage
        .engine
        .messages()
        .accept(
            new SendRequest(
                stage.application(),
                "t",
                List.of(),
                "text/plain",
                Journeys.body(null, 0, 0),
                new SendRequest.Options(null, stage.clock.millis() + HOUR, 0, null)),
            accepted -> {},
            refused -> {});
    stage.run(Stage.SECOND);
    message = stage.tables.messages.firstKey();
  }

  @Test
  void whatWaitsForItsTimeIsNotSentBefore() {
    assertThatThrownBy(() -> journeys.exchange(message, endpoint.id()))
        .isInstanceOf(Violation.class)
        .hasMessageContaining("sent before its time");
  }

  /** Both are on disk until the end of the one that was cancelled is. */
  @Test
  void aReplayIsNotHeldToTheDeliveryThatWasCancelledBeforeIt() {
    var cancelled = stage.engine.deliveries().cancel(message, endpoint.id());
    boolean begun = stage.await(stage.engine.deliveries().replay(message, endpoint.id()));

    assertThat(begun).isTrue();
    assertThat(stage.tables.liveByMessage.get(message)).hasSize(2);
    journeys.exchange(message, endpoint.id());

    assertThat(stage.await(cancelled)).isTrue();
    stage.run(Stage.SECOND);
    assertThat(sent).isEqualTo(1);
  }
}
