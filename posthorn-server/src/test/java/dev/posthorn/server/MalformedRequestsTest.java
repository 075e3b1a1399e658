package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Malformed requests never cause an internal error, and all answers follow the contract. */
class MalformedRequestsTest {
  private static final int CALLS = Integer.getInteger("posthorn.nonsense.calls", 2_000);

  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  static long[] seeds() {
    return new long[] {1, Long.getLong("posthorn.nonsense.seed", new Random().nextLong())};
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void isAnsweredWithoutADefect(long seed) {
    ApiClient api = SERVER.environment(String.format("org_%027d", Math.floorMod(seed, 1_000_000)));
    MalformedRequests malformed =
        new MalformedRequests(seed, SERVER.contract().openApi(), SERVER.receiver().url("/hooks"));
    int good = 0;
    for (int call = 0; call < CALLS; call++) {
      MalformedRequests.Request request = malformed.next();
      Reply reply;
      try {
        reply =
            api.send(
                request.method(),
                request.target(),
                request.body().isEmpty() ? null : request.body(),
                request.headers());
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed + ", call " + call + ", " + request, e);
      }
      assertThat(reply.status())
          .as("seed %s, call %s, %s: %s", seed, call, request, reply.text())
          .isLessThan(500);
      if (reply.status() < 300) {
        good++;
        if ("application/json".equals(reply.header("Content-Type"))) {
          malformed.learn(reply.json());
        }
      }
    }
    assertThat(good).as("calls that succeeded").isGreaterThan(CALLS / 10);
  }
}
