package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.registry.EndpointDraft;
import dev.posthorn.internal.engine.registry.RegisteredSettings;
import dev.posthorn.internal.engine.registry.SettingsDifference;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Partitions;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.ApplicationSpec;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointSpec;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.EventTypeRow;
import dev.posthorn.spi.store.rows.SettingChange;
import dev.posthorn.spi.transport.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changes that another process makes in a shared store, which hold for this engine, too. */
class SharedSettingsTest {
  /** A look at the log every 250 ms, and turns of a writer whose store answers quickly. */
  private static final long SOON = EngineHarness.SECOND * 3 / 10;

  private static final long OTHER = 7;

  private int requests;
  private final EngineHarness harness =
      new EngineHarness(1, EngineOptions.DEFAULT, Launcher.PLAIN, new SimTables(true), this::reply);

  @BeforeEach
  void answerQuickly() {
    harness.answerQuickly();
  }

  private SimReceiver.Reply reply(String host, HttpRequest request) {
    requests++;
    return new SimReceiver(harness.random).reply(request.limits());
  }

  /** Commits changes as another process. */
  private void elsewhere(SettingChange... changes) {
    Batch batch = new Batch();
    batch.settings.addAll(List.of(changes));
    harness.tables.apply(batch);
  }

  private static SettingChange put(long id, long application, String host, EndpointState state) {
    EndpointSpec spec =
        EndpointSpec.to("http://" + host + ".test/")
            .uid(host)
            .policy(EngineHarness.policy(false))
            .build();
    return new SettingChange.PutEndpoint(new EndpointRow(id, application, spec, state, 0, 0));
  }

  private static SettingChange application(long id, @Nullable String uid) {
    return new SettingChange.PutApplication(
        new ApplicationRow(id, 1, ApplicationSpec.of(uid, "n"), 0, 0));
  }

  private static SendRequest message(long application) {
    return new SendRequest(
        application, "t", List.of(), "text/plain", new byte[1], SendRequest.Options.NONE);
  }

  private void assertSameAsOnDisk() {
    assertThat(
            SettingsDifference.between(
                harness.engine.settings(),
                RegisteredSettings.load(new SimStore(harness.tables, StoreFaults.NONE), 1)))
        .isEmpty();
  }

  @Test
  void aMessageIsForAnEndpointThatWasCreatedElsewhereBefore() {
    elsewhere(put(3, harness.application(), "e", EndpointState.ENABLED));
    assertThat(harness.await(harness.engine.messages().acceptAsync(message(harness.application()))))
        .satisfies(result -> assertThat(result.targets()).containsExactly(3));
    harness.run(20 * EngineHarness.SECOND);
    elsewhere(put(3, harness.application(), "e", EndpointState.DISABLED));
    assertThat(harness.await(harness.engine.messages().acceptAsync(message(harness.application()))))
        .satisfies(result -> assertThat(result.targets()).isEmpty());
    harness.run(EngineHarness.SECOND);
    assertThat(requests).isEqualTo(1);
  }

  @Test
  void aMessageIsForAnApplicationThatWasCreatedElsewhereBefore() {
    elsewhere(application(OTHER, "a"), put(3, OTHER, "e", EndpointState.ENABLED));
    assertThat(harness.await(harness.engine.messages().acceptAsync(message(OTHER))).targets())
        .containsExactly(3);
    CompletableFuture<?> unknown = harness.engine.messages().acceptAsync(message(8));
    assertThatThrownBy(() -> harness.await(unknown)).hasMessageContaining("application: unknown");
  }

  @Test
  void anApplicationThatWasRemovedElsewhereTakesNoMessage() {
    elsewhere(new SettingChange.RemoveApplication(harness.application()));
    CompletableFuture<?> late =
        harness.engine.messages().acceptAsync(message(harness.application()));
    assertThatThrownBy(() -> harness.await(late)).hasMessageContaining("application: was deleted");
    assertThat(harness.tables.messages()).isEmpty();
  }

  @Test
  void aChangeSeesWhatWasChangedElsewhereBefore() {
    elsewhere(application(OTHER, "a"), put(3, OTHER, "e", EndpointState.ENABLED));
    CompletableFuture<?> taken = harness.engine.applicationAdmin().create(1, "a", "b", Map.of());
    assertThatThrownBy(() -> harness.await(taken)).hasMessageContaining("another application's");
    EndpointRow paused =
        harness.await(
            harness.engine.endpointAdmin().update(3, row -> row.with(EndpointState.PAUSED, 9)));
    assertThat(harness.tables.endpoints()).containsEntry(3L, paused);
    elsewhere(application(OTHER, null));
    assertThat(harness.await(harness.engine.applicationAdmin().create(1, "a", "b", Map.of())).uid())
        .isEqualTo("a");
    assertSameAsOnDisk();
  }

  @Test
  void lanesFollowSoon() {
    EndpointRow row = harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    harness.run(20 * EngineHarness.SECOND);
    elsewhere(new SettingChange.PutEndpoint(row.with(EndpointState.PAUSED, 1)));
    harness.run(SOON);
    harness.send(0);
    harness.run(EngineHarness.SECOND);
    assertThat(requests).isZero();
    elsewhere(new SettingChange.PutEndpoint(row.with(EndpointState.ENABLED, 2)));
    harness.run(SOON);
    assertThat(requests).isEqualTo(1);
  }

  @Test
  void whatWaitsForAnEndpointThatIsRemovedElsewhereEnds() {
    EndpointRow row = harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    harness.await(harness.state(row, EndpointState.PAUSED));
    harness.send(0);
    harness.run(EngineHarness.SECOND);
    assertThat(harness.tables.waiting()).isEqualTo(1);
    int partition = Partitions.of(row.application(), SimTables.PARTITIONS);
    elsewhere(new SettingChange.RemoveEndpoint(partition, row.id()));
    harness.run(EngineHarness.SECOND);
    assertThat(harness.tables.waiting()).isZero();
    assertThat(requests).isZero();
  }

  @Test
  void secretsOfOthersAreUsed() {
    EndpointRow row = harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    Keyring keyring = new Keyring(Map.of(1, new byte[Keyring.KEY_BYTES]));
    Keyring.Owner owner = new Keyring.Owner(1, row.application());
    int partition = Partitions.of(row.application(), SimTables.PARTITIONS);
    elsewhere(new SettingChange.PutSecret(partition, keyring.seal(owner, row.id(), 1, "mine", 0)));
    harness.run(SOON);
    assertThat(harness.engine.endpointSecrets().signingSecrets(row.id()))
        .singleElement()
        .satisfies(secret -> assertThat(secret.toString()).isNotEmpty());
    assertSameAsOnDisk();
  }

  @Test
  void whoWasAwayForTooLongReadsAllSettings() {
    EndpointRow kept = harness.await(harness.addEndpoint("kept", EngineHarness.policy(false)));
    EndpointRow gone = harness.await(harness.addEndpoint("gone", EngineHarness.policy(false)));
    long removed = harness.addApplication();
    harness.await(harness.engine.endpointAdmin().create(removed, EndpointDraft.of(kept.spec())));
    harness.await(
        harness
            .engine
            .eventTypeAdmin()
            .edit(1, "old", row -> EventTypeRow.of(1, "old", 0).build()));
    long version = harness.engine.settings().version();
    int partition = Partitions.of(gone.application(), SimTables.PARTITIONS);
    elsewhere(
        new SettingChange.RemoveEndpoint(partition, gone.id()),
        new SettingChange.PutEndpoint(kept.with(EndpointState.PAUSED, 5)),
        new SettingChange.RemoveEventType(1, "old"),
        new SettingChange.PutEventType(EventTypeRow.of(1, "new", 0).build()));
    elsewhere(application(OTHER, "a"), put(3, OTHER, "e", EndpointState.ENABLED));
    harness.tables.endpoints().values().stream()
        .filter(row -> row.application() == removed)
        .forEach(
            row ->
                elsewhere(
                    new SettingChange.RemoveEndpoint(
                        Partitions.of(removed, SimTables.PARTITIONS), row.id())));
    elsewhere(new SettingChange.RemoveApplication(removed));
    harness.tables.settingsLog.clear();
    harness.run(SOON);
    assertSameAsOnDisk();
    assertThat(harness.engine.registry().endpoint(gone.id())).isNull();
    assertThat(harness.engine.registry().application(1, "a")).isNotNull();
    assertThat(harness.engine.settings().version()).isGreaterThan(version);
    assertThat(harness.await(harness.engine.messages().acceptAsync(message(OTHER))).targets())
        .containsExactly(3);
  }
}
