package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.base.SendResult;
import dev.posthorn.internal.engine.registry.ApplicationAdmin;
import dev.posthorn.internal.engine.registry.EndpointAdmin;
import dev.posthorn.internal.engine.registry.EndpointDraft;
import dev.posthorn.internal.engine.registry.TokenAdmin;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.ApplicationSpec;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointSpec;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.EventTypeRow;
import dev.posthorn.spi.store.rows.TokenGrant;
import dev.posthorn.spi.store.rows.TokenRow;
import dev.posthorn.spi.transport.HttpRequest;
import dev.posthorn.spi.wire.Header;
import dev.posthorn.spi.wire.SigningSecret;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Concurrent changes share a batch and have the same result as one after the other. */
class SameBatchTest {
  private static final long SECOND = EngineHarness.SECOND;

  private int requests;
  private SimReceiver.Mood mood = SimReceiver.Mood.HEALTHY;
  private final EngineHarness harness =
      new EngineHarness(1, EngineOptions.DEFAULT, Engine::start, this::receive);

  private SimReceiver.Reply receive(String host, HttpRequest request) {
    requests++;
    SimReceiver receiver = new SimReceiver(harness.random);
    receiver.mood(mood);
    return receiver.reply(request.limits());
  }

  private void settle(CompletableFuture<?>... futures) {
    harness.await(CompletableFuture.allOf(futures).exceptionally(e -> null));
    harness.run(SECOND);
  }

  @Test
  void anEndpointThatIsRemovedIsNotChangedAfterIt() {
    EndpointRow endpoint = harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    var removal = harness.engine.endpointAdmin().delete(endpoint.id());
    var update =
        harness
            .engine
            .endpointAdmin()
            .update(endpoint.id(), row -> row.with(EndpointState.DISABLED, row.updated()));
    settle(removal, update);
    assertThat(removal).isCompleted();
    assertThat(harness.engine.registry().endpoint(endpoint.id())).isNull();
    assertThat(harness.tables.endpoints()).doesNotContainKey(endpoint.id());
    assertThat(update).isCompletedExceptionally();
  }

  @Test
  void anApplicationThatIsRemovedIsNotChangedAfterIt() {
    ApplicationRow row =
        harness.await(harness.engine.applicationAdmin().create(1, null, "a", Map.of()));
    var removal = harness.engine.applicationAdmin().delete(row.id());
    var update = harness.engine.applicationAdmin().update(row.id(), before -> before);
    settle(removal, update);
    assertThat(harness.engine.registry().application(row.id())).isNull();
    assertThat(update).isCompletedExceptionally();
  }

  @Test
  void changesOfOneWithItsOwnNameDoNotConflict() {
    ApplicationRow row =
        harness.await(harness.engine.applicationAdmin().create(1, "own", "a", Map.of()));
    var one = harness.engine.applicationAdmin().update(row.id(), before -> before);
    var other = harness.engine.applicationAdmin().update(row.id(), before -> before);
    settle(one, other);
    assertThat(one).isCompleted();
    assertThat(other).isCompleted();
  }

  @Test
  void aTokenThatIsEndedStaysEnded() {
    TokenRow token = harness.await(harness.engine.tokenAdmin().add(token()));
    var end = harness.engine.tokenAdmin().end(token.id());
    var update = harness.engine.tokenAdmin().update(token.id(), row -> row);
    settle(end, update);
    assertThat(harness.engine.tokenAdmin().token(token.id())).isNull();
  }

  @Test
  void aTokenThatIsToExpireDoesSoThoughItIsChanged() {
    TokenRow token = harness.await(harness.engine.tokenAdmin().add(token()));
    var expire = harness.engine.tokenAdmin().expire(token.id(), 1);
    var update = harness.engine.tokenAdmin().update(token.id(), row -> row);
    settle(expire, update);
    TokenRow after = harness.engine.tokenAdmin().token(token.id());
    assertThat(after).isNotNull().extracting(TokenRow::expires).isEqualTo(1L);
  }

  @Test
  void aTokenThatIsRevokedTwiceIsKeptOnce() {
    var one = harness.engine.tokenAdmin().revoke(token());
    var other = harness.engine.tokenAdmin().revoke(token());
    settle(one, other);
    assertThat(one).isCompleted();
    assertThat(other).isCompleted();
    assertThat(harness.engine.tokenAdmin().tokensOf(1, TokenRow.Kind.API_KEY)).hasSize(1);
  }

  @Test
  void anEnvironmentThatTwoNeedIsCreatedOnce() {
    var one = harness.engine.environmentAdmin().require("new");
    var other = harness.engine.environmentAdmin().require("new");
    settle(one, other);
    assertThat(other.join()).isEqualTo(one.join());
    assertThat(harness.engine.environmentAdmin().all()).containsOnlyOnce(one.join());
  }

  @Test
  void secretsThatChangeTogetherWithTheirEndpointAreAllThere() {
    EndpointRow endpoint = harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    var headers =
        harness
            .engine
            .endpointSecrets()
            .setHeaders(endpoint.id(), List.of(new Header("X-One", "1")));
    var first = harness.engine.endpointSecrets().rotate(endpoint.id(), "first", 1_000_000);
    var second = harness.engine.endpointSecrets().rotate(endpoint.id(), "second", 1_000_000);
    var paused = harness.state(endpoint, EndpointState.PAUSED);
    settle(headers, first, second, paused);
    assertThat(harness.engine.endpointSecrets().headers(endpoint.id())).hasSize(1);
    assertThat(harness.engine.endpointSecrets().signingSecrets(endpoint.id()))
        .extracting(SigningSecret::secret)
        .containsExactly("first", "second");
    assertThat(harness.engine.registry().endpoint(endpoint.id()))
        .extracting(EndpointRow::state)
        .isEqualTo(EndpointState.PAUSED);
  }

  private static TokenAdmin.NewToken token() {
    return new TokenAdmin.NewToken(
        new TokenGrant(1, 0, TokenRow.Kind.API_KEY, List.of(), 0), "t", new byte[32], "hint");
  }

  @Test
  void eventTypesAreChangedTogetherOrNotAtAll() {
    var edit =
        harness
            .engine
            .eventTypeAdmin()
            .editAll(
                1,
                List.of("a", "b"),
                (name, before) -> {
                  if (name.equals("b")) {
                    throw new PosthornException(Reason.CONFLICT, "no");
                  }
                  return eventType(name);
                });
    settle(edit, harness.addEndpoint("e", EngineHarness.policy(false)));
    assertThat(edit).isCompletedExceptionally();
    assertThat(harness.engine.registry().eventType(1, "a")).isNull();
  }

  private static EventTypeRow eventType(String name) {
    return EventTypeRow.of(1, name, 0).build();
  }

  @Test
  void whatWasAcceptedIsAmongWhatIsCancelled() {
    EndpointRow endpoint = harness.await(harness.addEndpoint("e", EngineHarness.policy(true)));
    mood = SimReceiver.Mood.HANGING;
    harness.run(30 * SECOND);
    harness.send(0); // what comes after it waits
    harness.run(SECOND);
    CompletableFuture<CompletableFuture<Long>> cancelled = new CompletableFuture<>();
    harness
        .engine
        .messages()
        .accept(
            message(endpoint, null),
            result -> cancelled.complete(harness.engine.deliveries().cancelAll(endpoint.id())),
            refused -> {});
    assertThat(harness.await(harness.await(cancelled))).isEqualTo(1);
  }

  @Test
  void whatIsCancelledWithItsMessageIsNotCountedWithItsEndpointToo() {
    EndpointRow endpoint = harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    harness.await(harness.state(endpoint, EndpointState.PAUSED));
    SendResult one = harness.await(harness.engine.messages().acceptAsync(message(endpoint, null)));
    harness.await(harness.engine.messages().acceptAsync(message(endpoint, null)));
    var message = harness.engine.deliveries().cancel(harness.application(), one.message());
    var all = harness.engine.deliveries().cancelAll(endpoint.id());
    settle(message, all);
    assertThat(message).isCompletedWithValue(1);
    assertThat(all).isCompletedWithValue(1L);
  }

  @Test
  void aMessageThatComesTwiceAtOnceIsAnsweredTheSame() {
    EndpointRow endpoint = harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    CompletableFuture<SendResult> one =
        harness.engine.messages().acceptAsync(message(endpoint, "id"));
    CompletableFuture<SendResult> other =
        harness.engine.messages().acceptAsync(message(endpoint, "id"));
    assertThat(harness.await(one).targets()).containsExactly(endpoint.id());
    assertThat(harness.await(other).duplicate()).isTrue();
    assertThat(harness.await(other).targets()).containsExactly(endpoint.id());
  }

  @Test
  void aTestIsNotSentToAnEndpointThatIsRemoved() {
    EndpointRow endpoint = harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    var test = harness.engine.deliveries().test(message(endpoint, null), endpoint.id());
    settle(test, harness.engine.endpointAdmin().delete(endpoint.id()));
    assertThat(requests).isZero();
    assertThat(test).isCompletedExceptionally();
  }

  @Test
  void twoDoNotGetTheSameName() {
    ApplicationRow row =
        harness.await(harness.engine.applicationAdmin().create(1, null, "a", Map.of()));
    var one = harness.engine.applicationAdmin().create(1, "own", "b", Map.of());
    var other = harness.engine.applicationAdmin().update(row.id(), before -> named(before, "own"));
    settle(one, other);
    assertThat(one).isCompleted();
    assertThatThrownBy(other::join).hasMessageContaining("another application's");
  }

  @Test
  void whoPutsWhatAnotherCreatesFindsIt() {
    ApplicationAdmin applications = harness.engine.applicationAdmin();
    var one = applications.put(1, "own", SameBatchTest::renamed);
    var other = applications.put(1, "own", SameBatchTest::renamed);
    settle(one, other);
    assertThat(one.join().created()).isTrue();
    assertThat(other.join().created()).isFalse();
    assertThat(other.join().row().id()).isEqualTo(one.join().row().id());
    assertThat(other.join().row().name()).isEqualTo("new.");
    assertThat(harness.engine.registry().application(1, "own")).isEqualTo(other.join().row());
    assertThat(harness.tables.applications()).containsValue(other.join().row());
  }

  /** Describes a new application, or gives one that is there a longer name. */
  private static ApplicationRow renamed(@Nullable ApplicationRow row) {
    return row == null
        ? ApplicationRow.draft(1, ApplicationSpec.of("own", "new"))
        : row.with(
            row.spec()
                .withUid("own")
                .withName(row.name() + ".")
                .withRateLimit(0)
                .withMetadata(Map.of()),
            row.updated());
  }

  @Test
  void whoPutsAnEndpointThatAnotherCreatesFindsIt() {
    EndpointAdmin endpoints = harness.engine.endpointAdmin();
    EndpointDraft draft = draft("own");
    var one = endpoints.put(harness.application(), "own", draft, paused());
    var other = endpoints.put(harness.application(), "own", draft, paused());
    settle(one, other);
    assertThat(one.join().created()).isTrue();
    assertThat(other.join().created()).isFalse();
    EndpointRow row =
        Objects.requireNonNull(harness.engine.registry().endpoint(harness.application(), "own"));
    assertThat(row.id()).isEqualTo(one.join().row().id());
    assertThat(row.state()).isEqualTo(EndpointState.PAUSED);
    assertThat(harness.tables.endpoints()).containsValue(row);
  }

  private static EndpointAdmin.Edit paused() {
    return (row, headers) -> row.with(EndpointState.PAUSED, row.updated());
  }

  private static EndpointDraft draft(String uid) {
    return EndpointDraft.of(
        EndpointSpec.to("http://" + uid + ".test/")
            .uid(uid)
            .policy(EngineHarness.policy(false))
            .build());
  }

  @Test
  void aNameIsFreeOnceItsOwnerIsRemovedOrHasAnother() {
    ApplicationAdmin applications = harness.engine.applicationAdmin();
    EndpointAdmin endpoints = harness.engine.endpointAdmin();
    EndpointRow removed = harness.await(endpoints.create(harness.application(), draft("one")));
    ApplicationRow renamed = harness.await(applications.create(1, "a", "a", Map.of()));
    ApplicationRow gone = harness.await(applications.create(1, "b", "b", Map.of()));
    var all =
        List.of(
            endpoints.delete(removed.id()),
            endpoints.create(harness.application(), draft("one")),
            applications.update(renamed.id(), row -> named(row, "c")),
            applications.create(1, "a", "new a", Map.of()),
            applications.delete(gone.id()),
            applications.put(1, "b", row -> Objects.requireNonNullElse(row, gone)));
    settle(all.toArray(CompletableFuture[]::new));
    assertThat(all).allSatisfy(change -> assertThat(change).isCompleted());
    assertThat(harness.engine.registry().endpoint(harness.application(), "one")).isNotNull();
    assertThat(harness.engine.registry().endpoint(removed.id())).isNull();
    assertThat(harness.engine.registry().application(1, "a"))
        .extracting(ApplicationRow::name)
        .isEqualTo("new a");
    assertThat(harness.engine.registry().application(1, "c"))
        .extracting(ApplicationRow::id)
        .isEqualTo(renamed.id());
    assertThat(harness.engine.registry().application(1, "b"))
        .extracting(ApplicationRow::id)
        .isNotEqualTo(gone.id());
  }

  private static ApplicationRow named(ApplicationRow row, String uid) {
    return row.with(row.spec().withUid(uid), row.updated());
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
