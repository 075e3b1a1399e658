package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.registry.EndpointDraft;
import dev.posthorn.internal.engine.registry.TokenAdmin;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointSpec;
import dev.posthorn.spi.store.rows.TokenGrant;
import dev.posthorn.spi.store.rows.TokenRow;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The resources of an application take bounded memory together, not only each by itself. */
class ApplicationRoomTest {
  private static final List<String> MANY =
      IntStream.range(0, 1_000).mapToObj(i -> "type." + i).toList();

  private final EngineHarness harness =
      new EngineHarness(
          1,
          options(),
          Launcher.PLAIN,
          (host, request) -> new SimReceiver(new Random(1)).reply(request.limits()));

  private static EngineOptions options() {
    return EngineOptions.DEFAULT.withEndpointsPerApplication(100); // 1.6 MB
  }

  private CompletableFuture<EndpointRow> add(long application, int number, List<String> types) {
    return harness
        .engine
        .endpointAdmin()
        .create(
            application,
            EndpointDraft.of(
                EndpointSpec.to("http://e" + number + ".test/")
                    .eventTypes(types)
                    .policy(EngineHarness.policy(false))
                    .build()));
  }

  private void requireRefused(CompletableFuture<?> change) {
    requireRefused(change, "endpoints: the texts of all endpoints");
  }

  private void requireRefused(CompletableFuture<?> change, String why) {
    assertThatThrownBy(() -> harness.await(change))
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            PosthornException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONFLICT))
        .hasMessageContaining(why);
  }

  private CompletableFuture<EndpointRow> change(EndpointRow endpoint, List<String> types) {
    return harness
        .engine
        .endpointAdmin()
        .update(
            endpoint.id(),
            row -> row.with(row.spec().toBuilder().eventTypes(types).build(), row.updated()));
  }

  @Test
  void filtersOfAllEndpointsAreBoundedTogether() {
    int taken = 0;
    EndpointRow last = harness.await(add(harness.application(), 0, List.of()));
    while (taken < 50) {
      CompletableFuture<EndpointRow> added = add(harness.application(), ++taken, MANY);
      harness.run(EngineHarness.SECOND);
      if (added.isCompletedExceptionally()) {
        requireRefused(added);
        break;
      }
      last = harness.await(added);
    }
    assertThat(taken).as("endpoints with 1,000 event types").isBetween(5, 15);
    EndpointRow plain = harness.await(add(harness.application(), 100, List.of("a")));
    requireRefused(change(plain, MANY));
    harness.await(add(harness.addApplication(), 101, MANY)); // another application has its own

    harness.crash();
    requireRefused(change(plain, MANY));
    harness.await(change(last, List.of()));
    harness.await(change(plain, MANY));
    requireRefused(change(last, MANY));
    harness.await(harness.engine.endpointAdmin().delete(plain.id()));
    harness.await(change(last, MANY));
  }

  private CompletableFuture<TokenRow> token(int number) {
    return harness
        .engine
        .tokenAdmin()
        .add(
            new TokenAdmin.NewToken(
                new TokenGrant(1, harness.application(), TokenRow.Kind.PORTAL, List.of(), 0),
                "",
                ByteBuffer.allocate(32).putInt(number).array(),
                "hint"));
  }

  @Test
  void tokensOfAnApplicationAreBounded() {
    for (int i = 0; i < 12; i++) {
      List<CompletableFuture<TokenRow>> some =
          IntStream.range(i * 1_000, (i + 1) * 1_000).mapToObj(this::token).toList();
      harness.run(EngineHarness.SECOND);
      assertThat(some).allMatch(CompletableFuture::isDone);
    }
    requireRefused(token(-1), "token: 10000 of the same kind");
    assertThat(harness.engine.tokenAdmin().tokensOf(1, TokenRow.Kind.PORTAL).size())
        .isBetween(10_000, 11_000);
  }
}
