package dev.posthorn.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.reads.ScanKey;
import dev.posthorn.spi.store.reads.SettingsLog;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.ApplicationSpec;
import dev.posthorn.spi.store.rows.EndpointPolicy;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointSpec;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.EnvironmentRow;
import dev.posthorn.spi.store.rows.EventTypeRow;
import dev.posthorn.spi.store.rows.SecretRow;
import dev.posthorn.spi.store.rows.SettingChange;
import dev.posthorn.spi.store.rows.SettingChange.Replicated;
import dev.posthorn.spi.store.rows.TokenGrant;
import dev.posthorn.spi.store.rows.TokenRow;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Processes that share a store follow each other's changes of settings. */
interface SettingsLogRules extends StoreRules {
  String STRANGE = "\0 \ud800 \uffff \u20ac \ud83d\ude00 \\ \"";

  private static Replicated application(int number) {
    long id = Rows.application(number);
    return new SettingChange.PutApplication(
        new ApplicationRow(id, 1, ApplicationSpec.of(null, "name"), 5, 6));
  }

  /** Returns a batch of a process that has seen a version. */
  private Batch batch(long version, Consumer<Changes> fill) {
    Changes changes = new Changes(partition());
    fill.accept(changes);
    Batch batch = changes.batch();
    batch.settingsVersion = version;
    return batch;
  }

  private static Consumer<Changes> changing(SettingChange... changes) {
    return batch -> batch.settings.addAll(List.of(changes));
  }

  private static Consumer<Changes> message(long id) {
    return batch -> batch.messages.add(Rows.message(id));
  }

  private void assertStale(Batch batch) {
    assertThatThrownBy(() -> store().commit(batch))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.STALE));
  }

  @Test
  default void aStoreOfOneProcessHasOneVersion() {
    assumeTrue(!store().isShared(), "it is shared");
    store().commit(batch(0, changing(application(1))));
    store().commit(batch(0, message(10)));
    assertThat(store().settingsVersion()).isZero();
    assertThat(store().settingsAfter(0, 10)).isEqualTo(new SettingsLog(true, List.of()));
    assertThat(reads().message(10)).isNotNull();
  }

  @Test
  default void whateverChangesWhatAllHaveAdvancesTheVersion() {
    assumeTrue(store().isShared(), "it is not shared");
    assertThat(store().settingsVersion()).isZero();
    commit(changing(application(1), application(2)));
    assertThat(store().settingsVersion()).isEqualTo(1);
    commit(changing(new SettingChange.PutSetting("name", "value")));
    commit(message(10));
    assertThat(store().settingsVersion()).isEqualTo(1);
    store().commit(batch(1, changing(application(3))));
    assertThat(store().forWriter().settingsVersion()).isEqualTo(2);
    assertThat(reopen().settingsVersion()).isEqualTo(2);
    assertThat(store().settingsAfter(0, 10).entries())
        .containsExactly(
            new SettingsLog.Entry(1, List.of(application(1), application(2))),
            new SettingsLog.Entry(2, List.of(application(3))));
  }

  @Test
  default void nothingOfABatchWithAnotherVersionIsWritten() {
    assumeTrue(store().isShared(), "it is not shared");
    store().commit(batch(0, changing(application(1))));
    assertStale(batch(0, message(10)));
    assertStale(batch(2, message(10)));
    assertStale(batch(0, message(10).andThen(changing(application(2)))));
    assertStale(
        batch(0, message(10).andThen(changing(new SettingChange.PutSetting("name", "value")))));
    assertThat(reads().message(10)).isNull();
    assertThat(store().across(store().allPartitions()).applications(ScanKey.START, 10).rows())
        .noneMatch(row -> row.row().id() == Rows.application(2));
    assertThat(store().setting("name")).isNull();
    assertThat(store().settingsVersion()).isEqualTo(1);
    assertThat(store().settingsAfter(0, 10).entries()).hasSize(1);
    store().commit(batch(1, message(10)));
    store().commit(batch(Batch.ANY_VERSION, message(11)));
    assertThat(reads().message(10)).isNotNull();
  }

  @Test
  default void aBatchThatIsCommittedAgainIsThereOnce() {
    assumeTrue(store().isShared(), "it is not shared");
    Batch message = batch(0, message(10));
    Batch change = batch(0, message(11).andThen(changing(application(1))));
    store().commit(message);
    store().commit(change);
    store().commit(change);
    store().commit(batch(1, changing(application(2))));
    // Their results were unknown, and meanwhile another process has gone on.
    store().commit(message);
    store().commit(change);
    assertThat(store().settingsVersion()).isEqualTo(2);
    assertThat(store().settingsAfter(0, 10).entries()).hasSize(2);
    assertThat(reads().message(11)).isNotNull();
  }

  @Test
  default void theLogIsReadInPages() {
    assumeTrue(store().isShared(), "it is not shared");
    for (int i = 0; i < 5; i++) {
      store().commit(batch(i, changing(application(i))));
    }
    assertThat(store().settingsAfter(1, 3).entries())
        .extracting(SettingsLog.Entry::version)
        .containsExactly(2L, 3L, 4L);
    assertThat(store().settingsAfter(4, 3).entries())
        .containsExactly(new SettingsLog.Entry(5, List.of(application(4))));
    assertThat(store().settingsAfter(5, 3)).isEqualTo(new SettingsLog(true, List.of()));
  }

  @Test
  default void whoKnowsAVersionThatNeverWasMustReadEverything() {
    assumeTrue(store().isShared(), "it is not shared");
    assertThat(store().settingsAfter(0, 10).reaches()).isTrue();
    assertThat(store().settingsAfter(7, 10)).isEqualTo(SettingsLog.tooShort());
    commit(changing(application(1)));
    assertThat(store().settingsAfter(7, 10)).isEqualTo(SettingsLog.tooShort());
  }

  @Test
  default void eachChangeComesBackAsItWent() {
    assumeTrue(store().isShared(), "it is not shared");
    ApplicationSpec named = new ApplicationSpec("uid" + STRANGE, STRANGE, 7, Map.of("k", STRANGE));
    EndpointSpec spec =
        EndpointSpec.to("https://example.com/" + STRANGE)
            .uid("uid")
            .description("d")
            .eventTypes(List.of("a", STRANGE))
            .channels(List.of("c"))
            .metadata(Map.of("k", "v"))
            .policy(
                EndpointPolicy.builder()
                    .ordered(true)
                    .rateLimit(5)
                    .concurrency(6)
                    .timeoutMillis(7)
                    .retryWaits(List.of(0L, Long.MAX_VALUE))
                    .wireFormat("w")
                    .build())
            .build();
    EventTypeRow type =
        EventTypeRow.of(1, "type", 5)
            .build()
            .changed(6)
            .schemas("{}")
            .featureFlags(List.of("f"))
            .retryWaits(List.of())
            .build();
    long application = Rows.application(3);
    List<Replicated> changes =
        List.of(
            new SettingChange.PutEnvironment(new EnvironmentRow(1, "e", 2, 3, 4)),
            new SettingChange.PutToken(
                new TokenRow(
                    8,
                    new TokenGrant(1, application, TokenRow.Kind.PORTAL, List.of("s"), 9),
                    "n",
                    new byte[] {0, -1},
                    "hint",
                    10)),
            new SettingChange.PutApplication(new ApplicationRow(application, 1, named, 5, 6)),
            new SettingChange.PutEndpoint(
                new EndpointRow(9, application, spec, EndpointState.DISABLED_GONE, 5, 6)),
            new SettingChange.PutEndpoint(
                new EndpointRow(
                    10, application, EndpointSpec.to("x").build(), EndpointState.PAUSED, 5, 6)),
            new SettingChange.PutSecret(partition(), new SecretRow(9, -2, 1, new byte[300], 4)),
            new SettingChange.ForgiveFailures(partition(), 9),
            new SettingChange.PutEventType(type),
            new SettingChange.RemoveEventType(1, STRANGE),
            new SettingChange.RemoveSecret(partition(), 9, 1),
            new SettingChange.RemoveEndpoint(partition(), 9),
            new SettingChange.RemoveApplication(application),
            new SettingChange.RemoveToken(8),
            new SettingChange.RemoveEnvironment(1));
    store().commit(batch(0, changing(changes.toArray(SettingChange[]::new))));
    assertThat(reopen().settingsAfter(0, 1).entries().getFirst().changes())
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactlyElementsOf(changes);
  }
}
