package dev.posthorn.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.registry.EndpointDraft;
import dev.posthorn.internal.engine.registry.TokenAdmin;
import dev.posthorn.spi.store.EndpointRow;
import dev.posthorn.spi.store.EndpointSpec;
import dev.posthorn.spi.store.TokenRow;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What an application has takes bounded memory together, not only each by itself. */
class ApplicationRoomTest {
  private static final List<String> MANY =
      IntStream.range(0, 1_000).mapToObj(i -> "type." + i).toList();

  private final Stage stage =
      new Stage(
          1,
          options(),
          Launcher.PLAIN,
          (host, request) -> new SimReceiver(new Random(1)).reply(request.limits()));

  private static EngineOptions options() {
    return EngineOptions.DEFAULT.withEndpointsPerApplication(100); // 1.6 MB
  }

  private CompletableFuture<EndpointRow> add(long application, int number, List<String> types) {
    return stage
        .engine
        .administration()
        .createEndpoint(
            application,
            EndpointDraft.of(
                EndpointSpec.to("http://e" + number + ".test/")
                    .eventTypes(types)
                    .policy(Stage.policy(false))
                    .build()));
  }

  private void requireRefused(CompletableFuture<?> change) {
    requireRefused(change, "endpoints: the texts of all endpoints");
  }

  private void requireRefused(CompletableFuture<?> change, String why) {
    assertThatThrownBy(() -> stage.await(change))
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            PosthornException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONFLICT))
        .hasMessageContaining(why);
  }

  private CompletableFuture<EndpointRow> change(EndpointRow endpoint, List<String> types) {
    return stage
        .engine
        .administration()
        .updateEndpoint(
            endpoint.id(),
            row -> row.with(row.spec().toBuilder().eventTypes(types).build(), row.updated()));
  }

  @Test
  void filtersOfAllEndpointsAreBoundedTogether() {
    int taken = 0;
    EndpointRow last = stage.await(add(stage.application(), 0, List.of()));
    while (taken < 50) {
      CompletableFuture<EndpointRow> added = add(stage.application(), ++taken, MANY);
      stage.run(Stage.SECOND);
      if (added.isCompletedExceptionally()) {
        requireRefused(added);
        break;
      }
      last = stage.await(added);
    }
    assertThat(taken).as("endpoints with 1,000 event types").isBetween(5, 15);
    EndpointRow plain = stage.await(add(stage.application(), 100, List.of("a")));
    requireRefused(change(plain, MANY));
    stage.await(add(stage.addApplication(), 101, MANY)); // another application has its own

    stage.crash();
    requireRefused(change(plain, MANY));
    stage.await(change(last, List.of()));
    stage.await(change(plain, MANY));
    requireRefused(change(last, MANY));
    stage.await(stage.engine.administration().deleteEndpoint(plain.id()));
    stage.await(change(last, MANY));
  }

  private CompletableFuture<TokenRow> token(int number) {
    return stage
        .engine
        .access()
        .add(
            new TokenAdmin.NewToken(
                1,
                stage.application(),
                TokenRow.Kind.PORTAL,
                "",
                ByteBuffer.allocate(32).putInt(number).array(),
                "hint",
                List.of(),
                0));
  }

  @Test
  void tokensOfAnApplicationAreBounded() {
    for (int i = 0; i < 12; i++) {
      List<CompletableFuture<TokenRow>> some =
          IntStream.range(i * 1_000, (i + 1) * 1_000).mapToObj(this::token).toList();
      stage.run(Stage.SECOND);
      assertThat(some).allMatch(CompletableFuture::isDone);
    }
    requireRefused(token(-1), "token: 10000 of the same kind");
    assertThat(stage.engine.access().tokensOf(1, TokenRow.Kind.PORTAL).size())
        .isBetween(10_000, 11_000);
  }
}
