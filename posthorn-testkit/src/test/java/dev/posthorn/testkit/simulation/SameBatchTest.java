package dev.posthorn.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.Administration;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.base.SendResult;
import dev.posthorn.internal.engine.registry.EndpointDraft;
import dev.posthorn.internal.engine.registry.TokenAdmin;
import dev.posthorn.spi.store.ApplicationRow;
import dev.posthorn.spi.store.EndpointRow;
import dev.posthorn.spi.store.EndpointSpec;
import dev.posthorn.spi.store.EndpointState;
import dev.posthorn.spi.store.EventTypeRow;
import dev.posthorn.spi.store.TokenRow;
import dev.posthorn.spi.transport.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is asked for at the same time shares a batch, and is as if one came after the other. */
class SameBatchTest {
  private static final long SECOND = Stage.SECOND;

  private int requests;
  private SimReceiver.Mood mood = SimReceiver.Mood.HEALTHY;
  private final Stage stage = new Stage(1, EngineOptions.DEFAULT, Engine::start, this::receive);

  private SimReceiver.Reply receive(String host, HttpRequest request) {
    requests++;
    SimReceiver receiver = new SimReceiver(stage.random);
    receiver.mood(mood);
    return receiver.reply(request.limits());
  }

  private void settle(CompletableFuture<?>... futures) {
    stage.await(CompletableFuture.allOf(futures).exceptionally(e -> null));
    stage.run(SECOND);
  }

  @Test
  void anEndpointThatIsRemovedIsNotChangedAfterIt() {
    EndpointRow endpoint = stage.await(stage.addEndpoint("e", Stage.policy(false)));
    var removal = stage.engine.administration().deleteEndpoint(endpoint.id());
    var update =
        stage
            .engine
            .administration()
            .updateEndpoint(endpoint.id(), row -> row.with(EndpointState.DISABLED, row.updated()));
    settle(removal, update);
    assertThat(removal).isCompleted();
    assertThat(stage.engine.registry().endpoint(endpoint.id())).isNull();
    assertThat(stage.tables.endpoints).doesNotContainKey(endpoint.id());
    assertThat(update).isCompletedExceptionally();
  }

  @Test
  void anApplicationThatIsRemovedIsNotChangedAfterIt() {
    ApplicationRow row =
        stage.await(stage.engine.administration().createApplication(1, null, "a", Map.of()));
    var removal = stage.engine.administration().deleteApplication(row.id());
    var update = stage.engine.administration().updateApplication(row.id(), before -> before);
    settle(removal, update);
    assertThat(stage.engine.registry().application(row.id())).isNull();
    assertThat(update).isCompletedExceptionally();
  }

  @Test
  void changesOfOneWithItsOwnNameDoNotConflict() {
    ApplicationRow row =
        stage.await(stage.engine.administration().createApplication(1, "own", "a", Map.of()));
    var one = stage.engine.administration().updateApplication(row.id(), before -> before);
    var other = stage.engine.administration().updateApplication(row.id(), before -> before);
    settle(one, other);
    assertThat(one).isCompleted();
    assertThat(other).isCompleted();
  }

  @Test
  void aTokenThatIsEndedStaysEnded() {
    TokenRow token = stage.await(stage.engine.access().add(token()));
    var end = stage.engine.access().end(token.id());
    var update = stage.engine.access().update(token.id(), row -> row);
    settle(end, update);
    assertThat(stage.engine.access().token(token.id())).isNull();
  }

  @Test
  void aTokenThatIsToExpireDoesSoThoughItIsChanged() {
    TokenRow token = stage.await(stage.engine.access().add(token()));
    var expire = stage.engine.access().expire(token.id(), 1);
    var update = stage.engine.access().update(token.id(), row -> row);
    settle(expire, update);
    TokenRow after = stage.engine.access().token(token.id());
    assertThat(after).isNotNull().extracting(TokenRow::expires).isEqualTo(1L);
  }

  private static TokenAdmin.NewToken token() {
    return new TokenAdmin.NewToken(
        1, 0, TokenRow.Kind.API_KEY, "t", new byte[32], "hint", List.of(), 0);
  }

  @Test
  void eventTypesAreChangedTogetherOrNotAtAll() {
    var edit =
        stage
            .engine
            .administration()
            .editEventTypes(
                1,
                List.of("a", "b"),
                (name, before) -> {
                  if (name.equals("b")) {
                    throw new PosthornException(Reason.CONFLICT, "no");
                  }
                  return eventType(name);
                });
    settle(edit, stage.addEndpoint("e", Stage.policy(false)));
    assertThat(edit).isCompletedExceptionally();
    assertThat(stage.engine.registry().eventType(1, "a")).isNull();
  }

  private static EventTypeRow eventType(String name) {
    return new EventTypeRow(1, name, "", null, false, false, List.of(), null, null, 0, 0);
  }

  @Test
  void whatWasAcceptedIsAmongWhatIsCancelled() {
    EndpointRow endpoint = stage.await(stage.addEndpoint("e", Stage.policy(true)));
    mood = SimReceiver.Mood.HANGING;
    stage.run(30 * SECOND);
    stage.send(0); // what comes after it waits
    stage.run(SECOND);
    CompletableFuture<CompletableFuture<Long>> cancelled = new CompletableFuture<>();
    stage
        .engine
        .messages()
        .accept(
            message(endpoint, null),
            accepted -> cancelled.complete(stage.engine.deliveries().cancelAll(endpoint.id())),
            refused -> {});
    assertThat(stage.await(stage.await(cancelled))).isEqualTo(1);
  }

  @Test
  void aMessageThatComesTwiceAtOnceIsAnsweredTheSame() {
    EndpointRow endpoint = stage.await(stage.addEndpoint("e", Stage.policy(false)));
    CompletableFuture<SendResult> one =
        stage.engine.messages().acceptAsync(message(endpoint, "id"));
    CompletableFuture<SendResult> other =
        stage.engine.messages().acceptAsync(message(endpoint, "id"));
    assertThat(stage.await(one).targets()).containsExactly(endpoint.id());
    assertThat(stage.await(other).duplicate()).isTrue();
    assertThat(stage.await(other).targets()).containsExactly(endpoint.id());
  }

  @Test
  void aTestIsNotSentToAnEndpointThatIsRemoved() {
    EndpointRow endpoint = stage.await(stage.addEndpoint("e", Stage.policy(false)));
    var test = stage.engine.deliveries().test(message(endpoint, null), endpoint.id());
    settle(test, stage.engine.administration().deleteEndpoint(endpoint.id()));
    assertThat(requests).isZero();
    assertThat(test).isCompletedExceptionally();
  }

  @Test
  void twoDoNotGetTheSameName() {
    ApplicationRow row =
        stage.await(stage.engine.administration().createApplication(1, null, "a", Map.of()));
    var one = stage.engine.administration().createApplication(1, "own", "b", Map.of());
    var other =
        stage.engine.administration().updateApplication(row.id(), before -> named(before, "own"));
    settle(one, other);
    assertThat(one).isCompleted();
    assertThatThrownBy(other::join).hasMessageContaining("another application's");
  }

  @Test
  void whoPutsWhatAnotherCreatesFindsIt() {
    Administration administration = stage.engine.administration();
    var one = administration.putApplication(1, "own", SameBatchTest::renamed);
    var other = administration.putApplication(1, "own", SameBatchTest::renamed);
    settle(one, other);
    assertThat(one.join().created()).isTrue();
    assertThat(other.join().created()).isFalse();
    assertThat(other.join().row().id()).isEqualTo(one.join().row().id());
    assertThat(other.join().row().name()).isEqualTo("new.");
    assertThat(stage.engine.registry().application(1, "own")).isEqualTo(other.join().row());
    assertThat(stage.tables.applications).containsValue(other.join().row());
  }

  /** Describes a new application, or gives one that is there a longer name. */
  private static ApplicationRow renamed(@Nullable ApplicationRow row) {
    return row == null
        ? new ApplicationRow(0, 1, "own", "new", 0, Map.of(), 0, 0)
        : new ApplicationRow(
            row.id(), 1, "own", row.name() + ".", 0, Map.of(), row.created(), row.updated());
  }

  @Test
  void whoPutsAnEndpointThatAnotherCreatesFindsIt() {
    Administration administration = stage.engine.administration();
    EndpointDraft draft = draft("own");
    var one = administration.putEndpoint(stage.application(), "own", draft, paused());
    var other = administration.putEndpoint(stage.application(), "own", draft, paused());
    settle(one, other);
    assertThat(one.join().created()).isTrue();
    assertThat(other.join().created()).isFalse();
    EndpointRow row =
        Objects.requireNonNull(stage.engine.registry().endpoint(stage.application(), "own"));
    assertThat(row.id()).isEqualTo(one.join().row().id());
    assertThat(row.state()).isEqualTo(EndpointState.PAUSED);
    assertThat(stage.tables.endpoints).containsValue(row);
  }

  private static Administration.EndpointEdit paused() {
    return (row, headers) -> row.with(EndpointState.PAUSED, row.updated());
  }

  private static EndpointDraft draft(String uid) {
    return EndpointDraft.of(
        EndpointSpec.to("http://" + uid + ".test/").uid(uid).policy(Stage.policy(false)).build());
  }

  @Test
  void aNameIsFreeOnceItsOwnerIsRemovedOrHasAnother() {
    Administration administration = stage.engine.administration();
    EndpointRow removed =
        stage.await(administration.createEndpoint(stage.application(), draft("one")));
    ApplicationRow renamed = stage.await(administration.createApplication(1, "a", "a", Map.of()));
    ApplicationRow gone = stage.await(administration.createApplication(1, "b", "b", Map.of()));
    var all =
        List.of(
            administration.deleteEndpoint(removed.id()),
            administration.createEndpoint(stage.application(), draft("one")),
            administration.updateApplication(renamed.id(), row -> named(row, "c")),
            administration.createApplication(1, "a", "new a", Map.of()),
            administration.deleteApplication(gone.id()),
            administration.putApplication(1, "b", row -> Objects.requireNonNullElse(row, gone)));
    settle(all.toArray(CompletableFuture[]::new));
    assertThat(all).allSatisfy(change -> assertThat(change).isCompleted());
    assertThat(stage.engine.registry().endpoint(stage.application(), "one")).isNotNull();
    assertThat(stage.engine.registry().endpoint(removed.id())).isNull();
    assertThat(stage.engine.registry().application(1, "a"))
        .extracting(ApplicationRow::name)
        .isEqualTo("new a");
    assertThat(stage.engine.registry().application(1, "c"))
        .extracting(ApplicationRow::id)
        .isEqualTo(renamed.id());
    assertThat(stage.engine.registry().application(1, "b"))
        .extracting(ApplicationRow::id)
        .isNotEqualTo(gone.id());
  }

  private static ApplicationRow named(ApplicationRow row, String uid) {
    return new ApplicationRow(
        row.id(),
        row.environment(),
        uid,
        row.name(),
        row.rateLimit(),
        row.metadata(),
        row.created(),
        row.updated());
  }

  private static SendRequest message(EndpointRow endpoint, @Nullable String eventId) {
    return new SendRequest(
        endpoint.application(),
        "t",
        List.of(),
        "text/plain",
        new byte[10],
        new SendRequest.Options(eventId, 0, 0, null));
  }
}
