package dev.posthorn.internal.postgresql.store;

import dev.posthorn.internal.postgresql.connection.Readers;
import dev.posthorn.internal.postgresql.history.AttemptReads;
import dev.posthorn.internal.postgresql.history.HourCounter;
import dev.posthorn.internal.postgresql.history.MessageReads;
import dev.posthorn.internal.postgresql.live.LiveReads;
import dev.posthorn.internal.postgresql.settings.SettingReads;
import dev.posthorn.spi.store.reads.AttemptQuery;
import dev.posthorn.spi.store.reads.LoadedMessages;
import dev.posthorn.spi.store.reads.MessageQuery;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.reads.WaitingCount;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.ConsumerRow;
import dev.posthorn.spi.store.rows.HourRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.ParkedKey;
import dev.posthorn.spi.store.rows.SecretRow;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The reads of a partition of a database, on connections for one purpose.
 *
 * @param readers executor of the reads
 * @param partition the number of the partition
 */
record DatabasePartitionReads(Readers readers, int partition) implements PartitionReads {

  @Override
  public List<LiveRow> parked(long endpoint, ParkedKey after, int limit) {
    return readers
        .ofOneStatement()
        .read(session -> LiveReads.parked(session, partition, endpoint, after, limit));
  }

  @Override
  public List<LiveRow> live(long message) {
    return readers.read(session -> LiveReads.ofMessage(session, partition, message));
  }

  @Override
  public List<LiveRow> live(long message, long endpoint) {
    return readers.read(session -> LiveReads.ofMessage(session, partition, message, endpoint));
  }

  @Override
  public WaitingCount waiting(long endpoint, int most) {
    return readers.read(session -> LiveReads.waiting(session, partition, endpoint, most));
  }

  @Override
  public @Nullable MessageRow message(long id) {
    return readers.find(session -> MessageReads.message(session, partition, id));
  }

  @Override
  public @Nullable MessageRow messageWithoutBody(long id) {
    return readers.find(session -> MessageReads.listed(session, partition, id));
  }

  @Override
  public LoadedMessages messages(long[] ids, long maxBytes) {
    return readers
        .ofOneStatement()
        .read(session -> MessageReads.messages(session, partition, ids, maxBytes));
  }

  @Override
  public Page<MessageRow> messages(MessageQuery query) {
    return readers.read(session -> MessageReads.messages(session, partition, query));
  }

  @Override
  public @Nullable MessageRow messageByEvent(long application, String eventId) {
    return readers.find(session -> MessageReads.byEvent(session, partition, application, eventId));
  }

  @Override
  public @Nullable MessageRow messageByPublicId(String publicId) {
    return readers.find(session -> MessageReads.byPublicId(session, partition, publicId));
  }

  @Override
  public Map<Long, String> publicIds(Collection<Long> messages) {
    long[] ids = messages.stream().mapToLong(Long::longValue).toArray();
    return readers.read(session -> MessageReads.publicIds(session, partition, ids));
  }

  @Override
  public @Nullable AttemptRow attempt(long id) {
    return readers.find(session -> AttemptReads.attempt(session, partition, id));
  }

  @Override
  public List<AttemptRow> attempts(long message) {
    return readers.read(session -> AttemptReads.attempts(session, partition, message));
  }

  @Override
  public @Nullable AttemptRow lastAttempt(long message, long endpoint, long before) {
    return lasts(new long[] {message}, endpoint, before).get(message);
  }

  @Override
  public Map<Long, AttemptRow> lastAttempts(List<Long> messages, long endpoint) {
    long[] ids = messages.stream().mapToLong(Long::longValue).toArray();
    return lasts(ids, endpoint, Long.MAX_VALUE);
  }

  private Map<Long, AttemptRow> lasts(long[] messages, long endpoint, long before) {
    return readers.read(
        session -> AttemptReads.lasts(session, partition, messages, endpoint, before));
  }

  @Override
  public Page<AttemptRow> attempts(AttemptQuery query) {
    return readers.read(session -> AttemptReads.attempts(session, partition, query));
  }

  @Override
  public List<HourRow> hours(long endpoint, long from, long to) {
    return readers.read(session -> HourCounter.hours(session, partition, endpoint, from, to));
  }

  @Override
  public List<SecretRow> secrets(long endpoint) {
    return readers.read(session -> SettingReads.secrets(session, partition, endpoint));
  }

  @Override
  public List<ConsumerRow> consumers(long endpoint) {
    return readers.read(session -> SettingReads.consumers(session, partition, endpoint));
  }
}
