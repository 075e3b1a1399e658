package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.Timings;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.transport.ExchangeResult;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The ledger compares an exchange with the right delivery of its message. */
class DeliveryLedgerTest {
  private static final long HOUR = 3_600_000;

  private final EngineHarness harness =
      new EngineHarness(7, EngineOptions.DEFAULT, Launcher.PLAIN, (host, request) -> reply());
  private final DeliveryLedger ledger = harness.ledger(1);
  private final EndpointRow endpoint =
      harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
  private long message;
  private int sent;

  private SimReceiver.Reply reply() {
    sent++;
    ledger.exchange(message, endpoint.id());
    return new SimReceiver.Reply(
        1, new ExchangeResult.Response(200, null, new byte[0], null, Timings.NONE));
  }

  @BeforeEach
  void aMessageWaitsForItsTime() {
    harness
        .engine
        .messages()
        .accept(
            new SendRequest(
                harness.application(),
                "t",
                List.of(),
                "text/plain",
                SimPayload.of(null, 0, 0),
                new SendRequest.Options(null, harness.clock.millis() + HOUR, 0, null)),
            result -> {},
            refused -> {});
    harness.run(EngineHarness.SECOND);
    message = harness.tables.messages().firstKey();
  }

  @Test
  void whatWaitsForItsTimeIsNotSentBefore() {
    assertThatThrownBy(() -> ledger.exchange(message, endpoint.id()))
        .isInstanceOf(Violation.class)
        .hasMessageContaining("sent before its time");
  }

  /** Both are on disk until the end of the one that was cancelled is. */
  @Test
  void aReplayIsNotHeldToTheDeliveryThatWasCancelledBeforeIt() {
    var cancelled =
        harness.engine.deliveries().cancel(harness.application(), message, endpoint.id());
    boolean begun = harness.await(harness.engine.deliveries().replay(message, endpoint.id()));

    assertThat(begun).isTrue();
    assertThat(harness.tables.live(message)).hasSize(2);
    ledger.exchange(message, endpoint.id());

    assertThat(harness.await(cancelled)).isTrue();
    harness.run(EngineHarness.SECOND);
    assertThat(sent).isEqualTo(1);
  }
}
