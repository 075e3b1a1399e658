package dev.posthorn.simulation;

import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EnvironmentRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.SettingChange;
import dev.posthorn.spi.store.rows.TokenRow;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The constraints of the simulated disk: what must be unique, and what a row may be. */
final class SimConstraints {
  private final SimTables tables;

  SimConstraints(SimTables tables) {
    this.tables = tables;
  }

  /** Throws that a batch cannot be stored, or does nothing. */
  void check(Batch batch) {
    for (PartitionBatch rows : batch.partitions()) {
      for (LiveRow row : rows.hot) {
        if (row.attempts() != 0) {
          throw rejected("a row in hot has no attempts");
        }
      }
    }
    checkUids(batch.settings);
    checkNamesAndTokens(batch.settings);
  }

  /** A uid is taken, or free again, from the change on that says so. */
  private void checkUids(List<SettingChange> changes) {
    Map<Long, Object> changed = new HashMap<>();
    for (SettingChange change : changes) {
      switch (change) {
        case SettingChange.PutApplication(ApplicationRow row) -> {
          requireFree(row.uid(), row.environment(), row.id(), tables.applications(), changed);
          changed.put(row.id(), row);
        }
        case SettingChange.RemoveApplication(long id) -> changed.put(id, "removed");
        case SettingChange.PutEndpoint(EndpointRow row) -> {
          requireFree(row.uid(), row.application(), row.id(), tables.endpoints(), changed);
          changed.put(row.id(), row);
        }
        case SettingChange.RemoveEndpoint(int partition, long id) -> changed.put(id, "removed");
        default -> {}
      }
    }
  }

  /** Two of one name, or one token twice: not even if the first one goes later in the batch. */
  private void checkNamesAndTokens(List<SettingChange> changes) {
    Map<Long, String> names = new HashMap<>();
    tables.environments.values().forEach(row -> names.put(row.id(), row.name()));
    Map<Long, ByteBuffer> hashes = new HashMap<>();
    tables.tokens.values().forEach(row -> hashes.put(row.id(), ByteBuffer.wrap(row.hash())));
    for (SettingChange change : changes) {
      switch (change) {
        case SettingChange.PutEnvironment(EnvironmentRow row) ->
            putUnique(names, row.id(), row.name());
        case SettingChange.RemoveEnvironment(long id) -> names.remove(id);
        case SettingChange.PutToken(TokenRow row) ->
            putUnique(hashes, row.id(), ByteBuffer.wrap(row.hash()));
        case SettingChange.RemoveToken(long id) -> hashes.remove(id);
        default -> {}
      }
    }
  }

  private static <V> void putUnique(Map<Long, V> taken, long id, V value) {
    taken.remove(id);
    if (taken.containsValue(value)) {
      throw rejected("what " + id + " is known by is taken");
    }
    taken.put(id, value);
  }

  private static void requireFree(
      @Nullable String uid, long scope, long id, Map<Long, ?> rows, Map<Long, Object> changed) {
    if (uid == null) {
      return;
    }
    Stream<Object> unchanged =
        rows.entrySet().stream()
            .filter(row -> !changed.containsKey(row.getKey()))
            .map(Map.Entry::getValue);
    if (Stream.concat(unchanged, changed.values().stream())
        .anyMatch(row -> hasUid(row, uid, scope, id))) {
      throw rejected("the uid " + uid + " is taken");
    }
  }

  private static boolean hasUid(Object row, String uid, long scope, long butNot) {
    return switch (row) {
      case ApplicationRow a -> a.id() != butNot && a.environment() == scope && uid.equals(a.uid());
      case EndpointRow e -> e.id() != butNot && e.application() == scope && uid.equals(e.uid());
      default -> false;
    };
  }

  private static StoreException rejected(String why) {
    return new StoreException(StoreException.Reason.REJECTED, why, null);
  }
}
