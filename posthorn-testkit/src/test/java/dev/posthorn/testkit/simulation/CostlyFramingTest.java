package dev.posthorn.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.engine.Engine;
import dev.posthorn.engine.EngineConfig;
import dev.posthorn.engine.EngineOptions;
import dev.posthorn.engine.EngineRuntime;
import dev.posthorn.scheduler.Loop;
import dev.posthorn.scheduler.Scheduler;
import dev.posthorn.wire.Framer;
import dev.posthorn.wire.Header;
import dev.posthorn.wire.SigningSecret;
import dev.posthorn.wire.StandardWireFormat;
import dev.posthorn.wire.WireFormat;
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
      public Framer framer(List<SigningSecret> secrets, List<Header> headers) {
        Framer framer = standard.framer(secrets, headers);
        return new Framer() {
          @Override
          public String[] headers(
              String id, String type, String contentType, long millis, byte[] body) {
            onLoop.add(scheduler.loops().stream().anyMatch(Loop::inLoop));
            return framer.headers(id, type, contentType, millis, body);
          }

          @Override
          public boolean costly(int bytes) {
            return framer.costly(bytes);
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

  private Stage stage() {
    return new Stage(
        1,
        EngineOptions.DEFAULT,
        this::launch,
        (host, request) -> new SimReceiver(new java.util.Random(1)).reply(request.limits()));
  }

  @Test
  void aLargePayloadIsSignedOnAWorker() {
    Stage stage = stage();
    stage.await(stage.addEndpoint("e", Stage.policy(false)));
    stage.run(Stage.SECOND);
    stage.send(0);
    stage.run(10 * Stage.SECOND);
    assertThat(onLoop).containsExactly(true);

    for (int i = 0; i < 20; i++) {
      stage.send(List.of(), 500_000);
    }
    stage.run(30 * Stage.SECOND);
    assertThat(onLoop.subList(1, onLoop.size())).hasSize(20).containsOnly(false);
    assertThat(stage.tables.attempts.values()).hasSize(21).allMatch(row -> row.status() == 200);
  }
}
