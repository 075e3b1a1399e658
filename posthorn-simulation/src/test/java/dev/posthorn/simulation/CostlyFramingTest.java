package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.EngineConfig;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.wire.StandardWireFormat;
import dev.posthorn.spi.runtime.Loop;
import dev.posthorn.spi.runtime.Scheduler;
import dev.posthorn.spi.wire.Header;
import dev.posthorn.spi.wire.RequestSigner;
import dev.posthorn.spi.wire.SigningSecret;
import dev.posthorn.spi.wire.WireFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Signatures that take long are made on workers; those that do not, on the loop. */
class CostlyFramingTest {
  private final List<Boolean> onLoop = new ArrayList<>();

  private Engine launch(EngineConfig config, EngineRuntime runtime) {
    Map<String, WireFormat> formats = Map.of(SimWireFormat.NAME, watching(runtime.scheduler()));
    return Engine.start(config.withFormats(formats), runtime);
  }

  private WireFormat watching(Scheduler scheduler) {
    StandardWireFormat standard = new StandardWireFormat(false);
    return new WireFormat() {
      @Override
      public String name() {
        return SimWireFormat.NAME;
      }

      @Override
      public RequestSigner signer(List<SigningSecret> secrets, List<Header> headers) {
        RequestSigner signer = standard.signer(secrets, headers);
        return new RequestSigner() {
          @Override
          public String[] headers(
              String id, String type, String contentType, long millis, byte[] body) {
            onLoop.add(scheduler.loops().stream().anyMatch(Loop::inLoop));
            return signer.headers(id, type, contentType, millis, body);
          }

          @Override
          public boolean isBlocking(int bytes) {
            return signer.isBlocking(bytes);
          }
        };
      }

      @Override
      public void check(String secret) {
        standard.check(secret);
      }

      @Override
      public String generateSecret() {
        return standard.generateSecret();
      }
    };
  }

  private EngineHarness harness() {
    return new EngineHarness(
        1,
        EngineOptions.DEFAULT,
        this::launch,
        (host, request) -> new SimReceiver(new java.util.Random(1)).reply(request.limits()));
  }

  @Test
  void aLargePayloadIsSignedOnAWorker() {
    EngineHarness harness = harness();
    harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    harness.run(EngineHarness.SECOND);
    harness.send(0);
    harness.run(10 * EngineHarness.SECOND);
    assertThat(onLoop).containsExactly(true);

    for (int i = 0; i < 20; i++) {
      harness.send(List.of(), 500_000);
    }
    harness.run(30 * EngineHarness.SECOND);
    assertThat(onLoop.subList(1, onLoop.size())).hasSize(20).containsOnly(false);
    assertThat(harness.tables.attempts().values()).hasSize(21).allMatch(row -> row.status() == 200);
  }
}
