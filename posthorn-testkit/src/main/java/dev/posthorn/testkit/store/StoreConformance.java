package dev.posthorn.testkit.store;

import dev.posthorn.spi.store.Store;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * The rules of {@link Store} as tests. A store keeps them if a class that extends this one and
 * makes its {@link StoreFixture} passes.
 */
public abstract class StoreConformance
    implements LifeCycleRules,
        LiveRowRules,
        HistoryRules,
        HistoryModelRules,
        FilterRules,
        PublicIdRules,
        HourRules,
        RetentionRules,
        PayloadRetentionRules,
        EnvironmentRetentionRules,
        ReadingRules,
        SettingRules,
        SettingsLogRules,
        HandoffRules,
        WorldRules,
        PartitionRules,
        ScanRules,
        FaultRules {

  private @Nullable StoreFixture fixture;
  private @Nullable Store store;
  private Instant now = Instant.EPOCH;

  /** For the classes that test a store. */
  protected StoreConformance() {}

  /** Returns a fixture with a new, empty store. */
  protected abstract StoreFixture fixture() throws Exception;

  @BeforeEach
  final void openStore() throws Exception {
    fixture = fixture();
    store = fixture.open();
  }

  @AfterEach
  final void closeStore() {
    try (StoreFixture last = fixture) {
      if (store != null) {
        store.close();
      }
    }
  }

  @Override
  public final Instant now() {
    return now;
  }

  @Override
  public final Store store() {
    return Objects.requireNonNull(store);
  }

  @Override
  public final Store reopen() {
    store().close();
    store = opened().open();
    return store;
  }

  @Override
  public final Store kill() {
    store = opened().openAfterKill(store());
    return store;
  }

  @Override
  public final Optional<Store> reopenSmall(long bytes) {
    store().close();
    Optional<Store> small = opened().openSmall(bytes);
    store = small.orElseGet(() -> opened().open());
    return small;
  }

  @Override
  public final int longHistory() {
    return opened().longHistory();
  }

  @Override
  public final void setClock(Instant instant) {
    now = instant;
  }

  private StoreFixture opened() {
    return Objects.requireNonNull(fixture);
  }
}
