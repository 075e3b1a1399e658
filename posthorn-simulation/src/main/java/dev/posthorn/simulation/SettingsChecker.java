package dev.posthorn.simulation;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.registry.RegisteredSettings;
import dev.posthorn.internal.engine.registry.Router;
import dev.posthorn.internal.engine.registry.SettingsDifference;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.MessageRow;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Checks that the engine has the settings that are on disk, whoever has changed them: each message
 * is for the endpoints that want it as of its commit, and in the end memory is the same as the
 * disk.
 */
final class SettingsChecker {
  private final SimTables tables;
  private final SimClock clock;

  SettingsChecker(SimTables tables, SimClock clock) {
    this.tables = tables;
    this.clock = clock;
  }

  /** Checks the messages of a batch that is about to be applied. */
  void requireRoutes(Batch batch) {
    batch.partitions().stream()
        .flatMap(rows -> rows.messages.stream())
        .filter(message -> tables.message(message.id()) == null)
        .forEach(message -> check(message, batch.settingsVersion));
  }

  /** Whoever wrote the message may not see the last changes yet, which nobody has answered. */
  private Stream<EndpointRow> endpoints(long version) {
    List<EndpointRow> before = tables.settingsLog.endpointsAt(version);
    return before == null ? tables.eachEndpoint() : before.stream();
  }

  private void check(MessageRow message, long version) {
    List<Long> wanted =
        endpoints(version)
            .filter(row -> row.application() == message.application())
            .filter(row -> wants(row, message))
            .map(EndpointRow::id)
            .sorted()
            .toList();
    List<Long> targets = Arrays.stream(message.targets()).boxed().sorted().toList();
    if (!wanted.equals(targets)) {
      throw clock.violated(
          new Violation(
              "settings: a message is for endpoints "
                  + targets
                  + ", but those on disk that want it are "
                  + wanted));
    }
  }

  /** Checks that an engine that has had time to follow has the settings that are on disk. */
  void requireSame(RegisteredSettings memory) {
    RegisteredSettings disk =
        RegisteredSettings.load(new SimStore(tables, StoreFaults.NONE), Engine.LIBRARY_ENVIRONMENT);
    List<?> differences = SettingsDifference.between(memory, disk);
    if (!differences.isEmpty()) {
      throw new Violation("settings: to be as on disk, memory lacks " + differences);
    }
  }

  private static boolean wants(EndpointRow row, MessageRow message) {
    return Router.choose(row, message.type(), message.channels()) == Router.Choice.MATCHED;
  }
}
