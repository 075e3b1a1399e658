package dev.posthorn.internal.sqlite.store;

import dev.posthorn.internal.sqlite.file.Readers;
import dev.posthorn.internal.sqlite.live.DedupeReads;
import dev.posthorn.internal.sqlite.settings.SettingReads;
import dev.posthorn.internal.sqlite.settings.TaskReads;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.reads.PartitionScan;
import dev.posthorn.spi.store.reads.Reads;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The reads of a file, on connections for one purpose. */
class FileReads implements Reads {
  /** The only partition of a file. */
  static final int PARTITION = 0;

  private final Readers readers;
  private final PartitionReads partition;

  /**
   * Creates the reads.
   *
   * @param readers executor of the reads
   * @param session the current writer session, which knows the rows that are not in the indexes yet
   */
  FileReads(Readers readers, Supplier<WriterSession> session) {
    this.readers = readers;
    this.partition = new FilePartitionReads(readers, session);
  }

  @Override
  public PartitionReads in(int number) {
    Objects.checkIndex(number, PARTITION + 1);
    return partition;
  }

  @Override
  public PartitionScan across(Set<Integer> partitions) {
    partitions.forEach(number -> Objects.checkIndex(number, PARTITION + 1));
    return new FilePartitionScan(readers, !partitions.isEmpty());
  }

  @Override
  public List<DedupeRow> dedupe(Collection<DedupeKey> keys, long now) {
    return readers.read(reader -> DedupeReads.remembered(reader, keys, now));
  }

  @Override
  public List<EnvironmentRow> environments(long afterId, int limit) {
    return readers.read(reader -> SettingReads.environments(reader, afterId, limit));
  }

  @Override
  public List<TokenRow> tokens(long afterId, int limit) {
    return readers.read(reader -> SettingReads.tokens(reader, afterId, limit));
  }

  @Override
  public List<EventTypeRow> eventTypes(long environment) {
    return readers.read(reader -> SettingReads.eventTypes(reader, environment));
  }

  @Override
  public @Nullable String setting(String name) {
    return readers.find(reader -> SettingReads.setting(reader, name));
  }

  @Override
  public @Nullable TaskRow task(long id) {
    return readers.find(reader -> TaskReads.task(reader, id));
  }

  @Override
  public Page<TaskRow> tasks(TaskQuery query) {
    return readers.read(reader -> TaskReads.tasks(reader, query));
  }

  @Override
  public List<TaskRow> runningTasks() {
    return readers.read(TaskReads::running);
  }
}
