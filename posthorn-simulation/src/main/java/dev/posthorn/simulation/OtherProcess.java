package dev.posthorn.simulation;

import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Partitions;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.SettingChange;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Another process that changes settings in the same store, at any time: also while the engine
 * prepares a batch, or waits for its commit. Its changes are on disk at once, and only the log
 * tells the engine.
 */
final class OtherProcess {
  private static final long MILLI = 1_000_000;
  private static final EndpointState[] STATES = {
    EndpointState.ENABLED, EndpointState.PAUSED, EndpointState.DISABLED
  };

  private final Simulation world;
  private final Workload workload;
  private final EndpointActions endpoints;

  private final Random random;

  private long lastId;

  private OtherProcess(Simulation world, Workload workload, EndpointActions endpoints) {
    this.world = world;
    this.workload = workload;
    this.endpoints = endpoints;
    this.random = new Random(world.random().nextLong());
  }

  /** Starts another process, if the engine shares its store. */
  static void startIfShared(Simulation world, Workload workload, EndpointActions endpoints) {
    if (world.tables().isShared() && world.processes() instanceof SoleProcess process) {
      OtherProcess other = new OtherProcess(world, workload, endpoints);
      process.meanwhile(other::maybe);
      other.later();
    }
  }

  private void later() {
    world
        .clock()
        .after(
            random.nextInt(3_000) * MILLI,
            () -> {
              if (!workload.isOver()) {
                change();
                later();
              }
            });
  }

  private void maybe() {
    if (!workload.isOver() && random.nextInt(10) == 0) {
      change();
    }
  }

  /** Changes one endpoint or some, in one batch or in several. */
  private void change() {
    int batches = 1 + random.nextInt(3);
    for (int i = 0; i < batches; i++) {
      Batch batch = new Batch();
      int changes = 1 + random.nextInt(2);
      for (int j = 0; j < changes; j++) {
        add(batch.settings);
      }
      try {
        world.tables().apply(batch);
      } catch (StoreException e) {
        // A name is taken, as this process would have found out before.
      }
    }
    if (random.nextInt(20) == 0) {
      world.tables().settingsLog.clear();
    }
  }

  private void add(List<SettingChange> changes) {
    EndpointRow row = any();
    if (row == null || random.nextInt(8) == 0) {
      create(changes);
      return;
    }
    int partition = Partitions.of(row.application(), SimTables.PARTITIONS);
    switch (random.nextInt(6)) {
      case 0 -> {
        world.ledger().endings().canceledEndpoint(row.id());
        changes.add(new SettingChange.RemoveEndpoint(partition, row.id()));
      }
      case 1, 2 ->
          changes.add(
              new SettingChange.PutEndpoint(
                  row.with(
                      row.spec().toBuilder()
                          .eventTypes(List.of("t" + random.nextInt(Workload.TYPES)))
                          .build(),
                      row.updated())));
      default -> {
        EndpointState state = STATES[random.nextInt(STATES.length)];
        changes.add(new SettingChange.PutEndpoint(row.with(state, row.updated())));
        if (!row.state().accepts() && state.accepts()) {
          changes.add(new SettingChange.ForgiveFailures(partition, row.id()));
        }
      }
    }
  }

  private void create(List<SettingChange> changes) {
    List<Long> applications = List.copyOf(world.tables().applications().keySet());
    if (!applications.isEmpty()) {
      long owner = applications.get(random.nextInt(applications.size()));
      endpoints
          .add(++lastId, owner, random)
          .ifPresent(row -> changes.add(new SettingChange.PutEndpoint(row)));
    }
  }

  private @Nullable EndpointRow any() {
    List<EndpointRow> rows =
        world.tables().endpoints().values().stream()
            .filter(row -> !world.isSound(world.number(row)))
            .toList();
    return rows.isEmpty() ? null : rows.get(random.nextInt(rows.size()));
  }
}
