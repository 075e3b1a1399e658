package dev.posthorn.internal.engine.accept;

import dev.posthorn.AttemptKind;
import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.base.SendRequest.RequestKey;
import dev.posthorn.internal.engine.base.SendResult;
import dev.posthorn.internal.engine.base.Tenure;
import dev.posthorn.internal.engine.journal.IdempotencyKey;
import dev.posthorn.internal.engine.journal.Journal;
import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.internal.engine.lane.Delivery;
import dev.posthorn.internal.engine.lane.Payload;
import dev.posthorn.internal.engine.lane.ShardLoop;
import dev.posthorn.internal.engine.registry.RegisteredApplication;
import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.internal.engine.registry.Router;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.rows.DedupeKey;
import dev.posthorn.spi.store.rows.DedupeRow;
import dev.posthorn.spi.store.rows.HandoffRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.PayloadEnd;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message to be accepted: its row and a live row for each endpoint that it is for, in one commit.
 */
public final class MessageEntry implements Journal.Entry {
  private final AdmissionControl admission;
  private final SendRequest request;
  private final AcceptCallback callback;
  private final RegisteredApplication application;
  private final List<RequestKey> keys;
  private final int weight;
  private int version;
  private RegisteredEndpoint[] targets;
  private boolean @Nullable [] admitted;

  /** The tenure whose lanes get the deliveries, or null: they are handed off to another owner. */
  private @Nullable Tenure tenure;

  private boolean scheduled;
  private @Nullable Payload payload;
  private boolean left;
  private LiveRow[] rows = {};
  private @Nullable MessageRow message;
  private @Nullable SendResult result;

  /** Receives the result of a send request, on the writer. Must not block. */
  public interface AcceptCallback {
    void accepted(SendResult result);

    /**
     * Called once the message is on disk, before any of its deliveries starts; {@link #accepted}
     * follows. May be called again with the same result.
     */
    default void committed(SendResult result) {}

    void refused(PosthornException why);

    /** Nobody knows for long; {@link #accepted} or {@link #refused} may still come. */
    default void doubtful(PosthornException why) {}
  }

  /** Finds out which endpoints the message is for; the entry is not handed in yet. */
  MessageEntry(
      AdmissionControl admission,
      RegisteredApplication application,
      SendRequest request,
      AcceptCallback callback) {
    this.admission = admission;
    this.application = application;
    this.request = request;
    this.callback = callback;
    this.version = application.version();
    this.targets = Router.route(application, request.type(), request.channels());
    this.weight = AdmissionControl.weight(request, targets.length);
    this.keys = keys(application, request);
  }

  @Override
  public List<DedupeKey> keys() {
    return keys.isEmpty() ? List.of() : keys.stream().map(RequestKey::dedupeKey).toList();
  }

  @Override
  public void prepare(JournalBatch batch) {
    if (isDuplicate(batch)) {
      giveBack();
      return;
    }
    routeAgain();
    long id = batch.nextId(targets.length);
    remember(batch, id);
    long[] targetIds = new long[targets.length];
    rows = new LiveRow[targets.length];
    if (tenure != null && tenure.isOver()) {
      giveBack();
    }
    if (admitted == null) {
      scheduled = request.options().deliverAt() > batch.now;
      tenure = admission.tenure(application);
      admitted = admit();
    }
    PartitionBatch changes = batch.in(application.partition);
    for (int i = 0; i < targets.length; i++) {
      targetIds[i] = targets[i].id;
      rows[i] = row(targets[i], id, id + 1 + i, admitted[i], batch);
      (admitted[i] ? changes.hot : changes.parked).add(rows[i]);
    }
    if (tenure == null && targets.length > 0) {
      batch.handOff(
          application.partition, HandoffRow.deliveries(id, id + 1, rows[0].due(), targetIds));
    }
    message = new MessageRow(id, application.id, request.spec(), targetIds, request.body());
    changes.messages.add(message);
    long kept = request.options().payloadMillis();
    if (admission.endsBeforeItsMessage(kept)) {
      changes.payloadEnds.add(new PayloadEnd(batch.now + kept, id));
    }
    result = new SendResult(id, targetIds, false, request.options().publicId());
  }

  /** Returns the keys under which a message is accepted once. */
  private static List<RequestKey> keys(RegisteredApplication application, SendRequest request) {
    RequestKey sent = request.options().request();
    String eventId = request.options().eventId();
    if (eventId == null) {
      return sent == null ? List.of() : List.of(sent);
    }
    RequestKey event = new RequestKey("event:" + application.id, eventId, request.hash());
    return sent == null ? List.of(event) : List.of(sent, event);
  }

  private boolean isDuplicate(JournalBatch batch) {
    for (RequestKey key : keys) {
      DedupeRow before = batch.remembered(key.dedupeKey());
      if (before != null) {
        repeat(batch, key, before);
        rememberRow(batch, before.message());
        return true;
      }
    }
    return false;
  }

  /**
   * Remembers that the row of the inbox belongs to an earlier message: by the event id, or for
   * longer. As long as a relay finds the row, its key does not expire.
   */
  private void rememberRow(JournalBatch batch, long first) {
    RequestKey row = request.options().request();
    if (row == null || !row.scope().equals(SendRequest.INBOX_SCOPE)) {
      return;
    }
    DedupeRow known = batch.remembered(row.dedupeKey());
    if (known == null || known.expires() < batch.now + IdempotencyKey.KEPT_MILLIS / 2) {
      long expires = batch.now + IdempotencyKey.KEPT_MILLIS;
      batch.remember(new DedupeRow(row.scope(), row.key(), row.hash(), first, expires));
    }
  }

  private void repeat(JournalBatch batch, RequestKey key, DedupeRow before) {
    if (before.message() == 0 || !Arrays.equals(before.hash(), key.hash())) {
      throw new PosthornException(
          Reason.CONFLICT,
          field(key)
              + ": \""
              + key.key()
              + "\" was used within 12 hours for another message; use a new one");
    }
    MessageRow first = batch.message(application.partition, before.message());
    // The targets stay: if the first one is not stored after all, this is the first one.
    message = null;
    result =
        first == null
            ? new SendResult(before.message(), new long[0], true, null)
            : new SendResult(before.message(), first.targets(), true, first.publicId());
  }

  private static String field(RequestKey key) {
    if (key.scope().equals(SendRequest.INBOX_SCOPE)) {
      return "message_id";
    }
    return key.scope().startsWith("event:") ? "eventId" : "idempotency-key";
  }

  private void remember(JournalBatch batch, long id) {
    long expires = batch.now + IdempotencyKey.KEPT_MILLIS;
    for (RequestKey key : keys) {
      batch.remember(new DedupeRow(key.scope(), key.key(), key.hash(), id, expires));
    }
  }

  /** Endpoints may have changed since the message was handed in. */
  private void routeAgain() {
    if (application.deleted()) {
      throw new PosthornException(
          Reason.NOT_FOUND, "application: was deleted; create it again before sending");
    }
    if (version != application.version()) {
      giveBack(); // it was prepared before, without a change that others had made
      version = application.version();
      targets = Router.route(application, request.type(), request.channels());
    }
  }

  private boolean[] admit() {
    Tenure now = tenure;
    boolean[] admissions = new boolean[targets.length];
    for (int i = 0; i < targets.length && now != null && !scheduled; i++) {
      admissions[i] = admission.admit(targets[i], now);
    }
    return admissions;
  }

  private void giveBack(boolean[] given, Tenure since) {
    for (int i = 0; i < targets.length && !scheduled; i++) {
      admission.giveBack(targets[i], since, given[i]);
    }
  }

  private LiveRow row(
      RegisteredEndpoint target, long message, long id, boolean hot, JournalBatch batch) {
    // Users give wall time; deliveries go by steady time.
    long ahead = batch.steady - batch.now;
    long due = Math.max(batch.steady, request.options().deliverAt() + ahead);
    long latest = admission.deadline(target, request.type(), due);
    long expires = request.options().expires();
    long deadline = expires == 0 ? latest : Math.min(latest, expires + ahead);
    return hot
        ? LiveRow.hot(id, target.id, message, due, deadline)
        : LiveRow.parked(id, target.id, message, due, deadline, AttemptKind.SCHEDULED);
  }

  @Override
  public int weight() {
    return weight;
  }

  @Override
  public long application() {
    return application.id;
  }

  /** Returns what was prepared, or null. */
  public @Nullable SendResult result() {
    return result;
  }

  @Override
  public void committed(JournalBatch batch) {
    if (result != null) {
      callback.committed(result);
    }
    MessageRow stored = message;
    Tenure owned = tenure;
    if (stored != null) {
      admission.accepted(stored);
    }
    if (stored != null && targets.length > 0 && owned != null) {
      if (payload == null) {
        payload = admission.keep(stored.withoutTargets(), targets.length);
      }
      for (int i = 0; i < targets.length; i++) {
        arrive(batch, targets[i], delivery(rows[i]), owned);
      }
    }
    leave();
  }

  /** Gives back the room that it took, once. */
  public void leave() {
    if (!left) {
      left = true;
      admission.left(weight);
    }
  }

  /** Only now: what is cancelled on hearing this must be in its lane. */
  @Override
  public void posted() {
    if (result != null) {
      callback.accepted(result);
    }
  }

  private Delivery delivery(LiveRow row) {
    Delivery delivery = new Delivery(row, payload);
    delivery.bytes = request.body().length;
    return delivery;
  }

  private void arrive(
      JournalBatch batch, RegisteredEndpoint target, Delivery delivery, Tenure owned) {
    ShardLoop loop = admission.loop(target);
    boolean turnedAway = delivery.row.place() == LiveRow.QueueState.PARKED && !scheduled;
    ShardLoop.Arrival arrival =
        new ShardLoop.Arrival(delivery, request.options().callback(), turnedAway, owned);
    batch.post(loop, () -> loop.arrived(target, arrival));
  }

  @Override
  public void doubtful(PosthornException why) {
    callback.doubtful(why);
  }

  @Override
  public void failed(PosthornException why) {
    giveBack();
    leave();
    callback.refused(why);
  }

  /** Gives back the places in lanes that it was admitted to: it does not come there. */
  private void giveBack() {
    boolean[] given = admitted;
    Tenure since = tenure;
    admitted = null;
    if (given != null && since != null) {
      giveBack(given, since);
    }
  }

  @Override
  public boolean refusable() {
    return true;
  }
}
