package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.EngineConfig;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.spi.runtime.Loop;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import dev.posthorn.spi.transport.Transport;
import dev.posthorn.spi.wire.Header;
import dev.posthorn.spi.wire.RequestSigner;
import dev.posthorn.spi.wire.SigningSecret;
import dev.posthorn.spi.wire.WireFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokenTransportTest {
  /** A transport that throws, with headers that are made on a worker or on the loop. */
  private static Engine launch(boolean costly, EngineConfig config, EngineRuntime runtime) {
    Transport broken =
        new Transport() {
          @Override
          public void exchange(Loop loop, HttpRequest request, Consumer<ExchangeResult> done) {
            throw new IllegalStateException("broken");
          }

          @Override
          public void close() {}
        };
    Map<String, WireFormat> formats = Map.of(SimWireFormat.NAME, format(costly));
    return Engine.start(config.withFormats(formats), runtime.withTransport(broken));
  }

  private static WireFormat format(boolean costly) {
    return new WireFormat() {
      @Override
      public String name() {
        return SimWireFormat.NAME;
      }

      @Override
      public RequestSigner signer(List<SigningSecret> secrets, List<Header> headers) {
        return new RequestSigner() {
          @Override
          public String[] headers(
              String id, String type, String contentType, long millis, byte[] body) {
            return new String[0];
          }

          @Override
          public boolean isBlocking(int bytes) {
            return costly;
          }
        };
      }

      @Override
      public void check(String secret) {}

      @Override
      public String generateSecret() {
        return "";
      }
    };
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatItThrowsIsTheDeliverysFailureAndNotTheLoops(boolean costly) {
    EngineHarness harness =
        new EngineHarness(
            1,
            EngineOptions.DEFAULT.withRetryWaits(List.of()),
            (config, runtime) -> launch(costly, config, runtime),
            (host, request) -> {
              throw new AssertionError("no exchange can begin");
            });
    harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    harness.run(30 * EngineHarness.SECOND);
    harness.send(0);
    harness.run(30 * EngineHarness.SECOND);
    assertThat(harness.tables.attempts().values())
        .extracting(AttemptRow::state)
        .containsExactly(DeliveryState.FAILED);
  }
}
