package dev.posthorn.internal.postgresql.store;

import dev.posthorn.internal.postgresql.connection.Readers;
import dev.posthorn.internal.postgresql.lease.NodeLease;
import dev.posthorn.internal.postgresql.live.DedupeTable;
import dev.posthorn.internal.postgresql.settings.SettingReads;
import dev.posthorn.internal.postgresql.settings.SettingsLogTable;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.reads.PartitionScan;
import dev.posthorn.spi.store.reads.Reads;
import dev.posthorn.spi.store.reads.SettingsLog;
import dev.posthorn.spi.store.reads.TaskQuery;
import dev.posthorn.spi.store.rows.DedupeKey;
import dev.posthorn.spi.store.rows.DedupeRow;
import dev.posthorn.spi.store.rows.EnvironmentRow;
import dev.posthorn.spi.store.rows.EventTypeRow;
import dev.posthorn.spi.store.rows.TaskRow;
import dev.posthorn.spi.store.rows.TokenRow;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The reads of a database, on connections for one purpose. */
class DatabaseReads implements Reads {
  /** Number of partitions. Rows depend on it forever. */
  static final int PARTITIONS = NodeLease.PARTITIONS;

  private final Readers readers;

  DatabaseReads(Readers readers) {
    this.readers = readers;
  }

  @Override
  public PartitionReads in(int partition) {
    return new DatabasePartitionReads(readers, Objects.checkIndex(partition, PARTITIONS));
  }

  @Override
  public PartitionScan across(Set<Integer> partitions) {
    partitions.forEach(number -> Objects.checkIndex(number, PARTITIONS));
    return new DatabasePartitionScan(readers, Set.copyOf(partitions));
  }

  @Override
  public List<DedupeRow> dedupe(Collection<DedupeKey> keys, long now) {
    return readers.ofOneStatement().read(session -> DedupeTable.find(session, keys, now));
  }

  @Override
  public List<EnvironmentRow> environments(long afterId, int limit) {
    return readers.read(session -> SettingReads.environments(session, afterId, limit));
  }

  @Override
  public List<TokenRow> tokens(long afterId, int limit) {
    return readers.read(session -> SettingReads.tokens(session, afterId, limit));
  }

  @Override
  public List<EventTypeRow> eventTypes(long environment) {
    return readers.read(session -> SettingReads.eventTypes(session, environment));
  }

  @Override
  public @Nullable String setting(String name) {
    return readers.find(session -> SettingReads.setting(session, name));
  }

  @Override
  public long settingsVersion() {
    return readers.ofOneStatement().read(SettingsLogTable::version);
  }

  @Override
  public SettingsLog settingsAfter(long version, int limit) {
    return readers
        .ofOneStatement()
        .read(session -> SettingsLogTable.after(session, version, limit));
  }

  @Override
  public @Nullable TaskRow task(long id) {
    return readers.find(session -> SettingReads.task(session, id));
  }

  @Override
  public Page<TaskRow> tasks(TaskQuery query) {
    return readers.read(session -> SettingReads.tasks(session, query));
  }

  @Override
  public List<TaskRow> runningTasks() {
    return readers.read(SettingReads::runningTasks);
  }
}
