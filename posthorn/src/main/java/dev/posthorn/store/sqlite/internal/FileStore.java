package dev.posthorn.store.sqlite.internal;

import dev.posthorn.store.ApplicationRow;
import dev.posthorn.store.AttemptQuery;
import dev.posthorn.store.AttemptRow;
import dev.posthorn.store.Batch;
import dev.posthorn.store.CancelMark;
import dev.posthorn.store.DedupeRow;
import dev.posthorn.store.EndpointRow;
import dev.posthorn.store.EnvironmentRow;
import dev.posthorn.store.EventTypeRow;
import dev.posthorn.store.HourRow;
import dev.posthorn.store.LaneStateRow;
import dev.posthorn.store.LiveRow;
import dev.posthorn.store.LoadedMessages;
import dev.posthorn.store.MessageQuery;
import dev.posthorn.store.MessageRow;
import dev.posthorn.store.Page;
import dev.posthorn.store.ParkedKey;
import dev.posthorn.store.SecretRow;
import dev.posthorn.store.Store;
import dev.posthorn.store.StoreException;
import dev.posthorn.store.StoreException.Reason;
import dev.posthorn.store.StoreStats;
import dev.posthorn.store.TaskQuery;
import dev.posthorn.store.TaskRow;
import dev.posthorn.store.TokenRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The store in one file: what writes goes to the {@link Session}, what reads to the pool. */
final class FileStore implements Store {
  private final Parts parts;
  private final ReaderPool readers;
  private final Wal wal;
  private final Backup backup;
  private final Runnable release;

  /** Held while writing, so that closing waits for the writer. */
  private final ReentrantLock writing = new ReentrantLock();

  private volatile Session session;
  private boolean broken;
  private boolean closed;

  /** What a session is made of. */
  record Parts(Path file, Connections connections, Errors errors, InstantSource clock) {}

  /**
   * Creates a store over what was opened.
   *
   * @param release gives back what else was opened, at the end
   */
  FileStore(Parts parts, Session session, ReaderPool readers, Wal wal, Runnable release) {
    this.parts = parts;
    this.session = session;
    this.readers = readers;
    this.wal = wal;
    this.backup = new Backup(parts.connections, wal);
    this.release = release;
  }

  @Override
  public void commit(Batch batch) {
    write(
        session -> {
          session.commit(batch);
          return false;
        });
  }

  @Override
  public boolean upkeep(long keepFrom) {
    return write(session -> session.upkeep(keepFrom, parts.clock.millis()));
  }

  private interface Write {
    boolean run(Session session);
  }

  private boolean write(Write write) {
    writing.lock();
    try {
      Session current = usable();
      boolean result = write.run(current);
      wal.tend(current.connection());
      return result;
    } catch (StoreException e) {
      broken |= breaksSession(e.reason());
      throw e;
    } finally {
      writing.unlock();
    }
  }

  private static boolean breaksSession(Reason reason) {
    return reason == Reason.IO || reason == Reason.UNKNOWN || reason == Reason.CORRUPT;
  }

  /** Returns the session, or a new one if nobody knows what state the last is in. */
  private Session usable() {
    if (closed) {
      throw new StoreException(Reason.CLOSED, "The store is closed; open it again", null);
    }
    if (broken) {
      session.close();
      try {
        session = new Session(parts.connections.writer(), parts.errors);
      } catch (SQLException e) {
        throw parts.errors.of(e);
      }
      broken = false;
    }
    return session;
  }

  /** Returns what writes now. */
  Session session() {
    return session;
  }

  @Override
  public long idFloor() {
    return session.progress().idFloor();
  }

  @Override
  public List<LiveRow> hot(long afterId, int limit) {
    return readers.read(reader -> LiveReads.hot(reader, afterId, limit));
  }

  @Override
  public List<LiveRow> parked(long endpoint, ParkedKey after, int limit) {
    return readers.read(reader -> LiveReads.parked(reader, endpoint, after, limit));
  }

  @Override
  public List<LiveRow> parkedHeads(long afterEndpoint, int limit) {
    return readers.read(reader -> LiveReads.parkedHeads(reader, afterEndpoint, limit));
  }

  @Override
  public List<LiveRow> live(long message) {
    return readers.read(reader -> LiveReads.ofMessage(reader, message));
  }

  @Override
  public int waiting(long endpoint, int most) {
    return readers.read(reader -> LiveReads.waiting(reader, endpoint, most));
  }

  @Override
  public List<CancelMark> cancelMarks() {
    return readers.read(LiveReads::cancelMarks);
  }

  @Override
  public @Nullable MessageRow message(long id) {
    return readers.find(reader -> MessageReads.message(reader, id));
  }

  @Override
  public LoadedMessages messages(long[] ids, long maxBytes) {
    return readers.read(reader -> MessageReads.messages(reader, ids, maxBytes));
  }

  @Override
  public Page<MessageRow> messages(MessageQuery query) {
    Tail.View tail = session.messageTail();
    return readers.read(reader -> MessageReads.messages(reader, tail, query));
  }

  @Override
  public @Nullable MessageRow messageByEvent(long application, String eventId) {
    Tail.View tail = session.messageTail();
    return readers.find(reader -> MessageReads.byEvent(reader, tail, application, eventId));
  }

  @Override
  public @Nullable AttemptRow attempt(long id) {
    return readers.find(reader -> AttemptReads.attempt(reader, id));
  }

  @Override
  public List<HourRow> hours(long endpoint, long from, long to) {
    Tail.View tail = session.attemptTail();
    return readers.read(reader -> HourReads.hours(reader, tail, endpoint, from, to));
  }

  @Override
  public List<AttemptRow> attempts(long message) {
    Tail.View tail = session.attemptTail();
    return readers.read(reader -> AttemptReads.attempts(reader, tail, message));
  }

  @Override
  public Page<AttemptRow> attempts(AttemptQuery query) {
    Tail.View tail = session.attemptTail();
    return readers.read(reader -> AttemptReads.attempts(reader, tail, query));
  }

  @Override
  public @Nullable DedupeRow dedupe(String scope, String key, long now) {
    return readers.find(reader -> SettingReads.dedupe(reader, scope, key, now));
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
  public List<ApplicationRow> applications(long afterId, int limit) {
    return readers.read(reader -> SettingReads.applications(reader, afterId, limit));
  }

  @Override
  public List<EndpointRow> endpoints(long afterId, int limit) {
    return readers.read(reader -> SettingReads.endpoints(reader, afterId, limit));
  }

  @Override
  public List<SecretRow> secrets(long endpoint) {
    return readers.read(reader -> SettingReads.secrets(reader, endpoint));
  }

  @Override
  public List<SecretRow> secrets(long afterEndpoint, int limit) {
    return readers.read(reader -> SettingReads.secrets(reader, afterEndpoint, limit));
  }

  @Override
  public List<LaneStateRow> laneStates(long afterEndpoint, int limit) {
    return readers.read(reader -> SettingReads.laneStates(reader, afterEndpoint, limit));
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

  @Override
  public void backup(Path target) {
    backup.run(target);
  }

  @Override
  public StoreStats stats() {
    Path log = parts.file.resolveSibling(parts.file.getFileName() + "-wal");
    try {
      return new StoreStats(
          Files.size(parts.file), Files.exists(log) ? Files.size(log) : 0, wal.maxBytes());
    } catch (IOException e) {
      throw new StoreException(
          Reason.IO, "Cannot read the size of " + parts.file + "; see the cause", e);
    }
  }

  @Override
  public void close() {
    backup.close();
    writing.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      try (Session last = session;
          ReaderPool first = readers) {
        // Both are closed, whatever happens to the other.
      } finally {
        release.run();
      }
    } finally {
      writing.unlock();
    }
  }
}
