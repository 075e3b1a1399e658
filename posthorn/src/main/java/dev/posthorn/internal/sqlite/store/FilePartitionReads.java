package dev.posthorn.internal.sqlite.store;

import dev.posthorn.internal.sqlite.file.Readers;
import dev.posthorn.internal.sqlite.history.AttemptReads;
import dev.posthorn.internal.sqlite.history.HourReads;
import dev.posthorn.internal.sqlite.history.MessageReads;
import dev.posthorn.internal.sqlite.history.Tail;
import dev.posthorn.internal.sqlite.live.LiveReads;
import dev.posthorn.internal.sqlite.settings.SettingReads;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The reads of the only partition of a file, on connections for one purpose. */
final class FilePartitionReads implements PartitionReads {
  private final Readers readers;
  private final Supplier<WriterSession> session;

  FilePartitionReads(Readers readers, Supplier<WriterSession> session) {
    this.readers = readers;
    this.session = session;
  }

  @Override
  public List<LiveRow> parked(long endpoint, ParkedKey after, int limit) {
    return readers.read(reader -> LiveReads.parked(reader, endpoint, after, limit));
  }

  @Override
  public List<LiveRow> live(long message) {
    return readers.read(reader -> LiveReads.ofMessage(reader, message));
  }

  @Override
  public List<LiveRow> live(long message, long endpoint) {
    return readers.read(reader -> LiveReads.ofMessage(reader, message, endpoint));
  }

  @Override
  public WaitingCount waiting(long endpoint, int most) {
    return readers.read(reader -> LiveReads.waiting(reader, endpoint, most));
  }

  @Override
  public @Nullable MessageRow message(long id) {
    return readers.find(reader -> MessageReads.message(reader, id));
  }

  @Override
  public @Nullable MessageRow messageWithoutBody(long id) {
    return readers.find(reader -> MessageReads.listed(reader, id));
  }

  @Override
  public LoadedMessages messages(long[] ids, long maxBytes) {
    return readers.read(reader -> MessageReads.messages(reader, ids, maxBytes));
  }

  @Override
  public Page<MessageRow> messages(MessageQuery query) {
    Tail.View tail = session.get().messageTail();
    return readers.read(reader -> MessageReads.messages(reader, tail, query));
  }

  @Override
  public @Nullable MessageRow messageByEvent(long application, String eventId) {
    Tail.View tail = session.get().messageTail();
    return readers.find(reader -> MessageReads.byEvent(reader, tail, application, eventId));
  }

  @Override
  public @Nullable MessageRow messageByPublicId(String publicId) {
    Tail.View tail = session.get().messageTail();
    return readers.find(reader -> MessageReads.byPublicId(reader, tail, publicId));
  }

  @Override
  public Map<Long, String> publicIds(Collection<Long> messages) {
    return readers.read(reader -> MessageReads.publicIds(reader, messages));
  }

  @Override
  public @Nullable AttemptRow attempt(long id) {
    return readers.find(reader -> AttemptReads.attempt(reader, id));
  }

  @Override
  public List<HourRow> hours(long endpoint, long from, long to) {
    Tail.View tail = session.get().attemptTail();
    return readers.read(reader -> HourReads.hours(reader, tail, endpoint, from, to));
  }

  @Override
  public List<AttemptRow> attempts(long message) {
    Tail.View tail = session.get().attemptTail();
    return readers.read(reader -> AttemptReads.attempts(reader, tail, message));
  }

  @Override
  public @Nullable AttemptRow lastAttempt(long message, long endpoint, long before) {
    Tail.View tail = session.get().attemptTail();
    return readers.find(reader -> AttemptReads.last(reader, tail, message, endpoint, before));
  }

  @Override
  public Map<Long, AttemptRow> lastAttempts(List<Long> messages, long endpoint) {
    Tail.View tail = session.get().attemptTail();
    return readers.read(reader -> AttemptReads.lasts(reader, tail, messages, endpoint));
  }

  @Override
  public Page<AttemptRow> attempts(AttemptQuery query) {
    Tail.View tail = session.get().attemptTail();
    return readers.read(reader -> AttemptReads.attempts(reader, tail, query));
  }

  @Override
  public List<SecretRow> secrets(long endpoint) {
    return readers.read(reader -> SettingReads.secrets(reader, endpoint));
  }

  @Override
  public List<ConsumerRow> consumers(long endpoint) {
    return readers.read(reader -> SettingReads.consumers(reader, endpoint));
  }
}
