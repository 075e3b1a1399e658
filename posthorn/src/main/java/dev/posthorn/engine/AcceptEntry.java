package dev.posthorn.engine;

import dev.posthorn.error.PosthornException;
import dev.posthorn.error.Reason;
import dev.posthorn.store.AttemptKind;
import dev.posthorn.store.DedupeRow;
import dev.posthorn.store.LiveRow;
import dev.posthorn.store.MessageRow;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message to be accepted: its row and a live row for each endpoint that it is for, in one commit.
 */
final class AcceptEntry implements Journal.Entry {
  private static final long DEDUPE_MILLIS = 12L * 3_600_000;

  private final Intake intake;
  private final Acceptance acceptance;
  private final AcceptCallback callback;
  private final ApplicationEntry application;
  private int version;
  private EndpointEntry[] targets;
  private boolean @Nullable [] admitted;
  private boolean scheduled;
  private LiveRow[] rows = {};
  private @Nullable MessageRow message;
  private @Nullable Accepted result;

  /** Is told what became of an acceptance, on the writer. Must not block. */
  interface AcceptCallback {
    void accepted(Accepted accepted);

    void refused(PosthornException why);
  }

  AcceptEntry(
      Intake intake, ApplicationEntry application, Acceptance acceptance, AcceptCallback callback) {
    this.intake = intake;
    this.application = application;
    this.acceptance = acceptance;
    this.callback = callback;
    this.version = application.version();
    this.targets = Router.route(application, acceptance.type(), acceptance.channels());
  }

  @Override
  public void prepare(Writing writing) {
    String eventId = acceptance.options().eventId();
    byte[] hash = eventId == null ? new byte[0] : hash(acceptance);
    String scope = "event:" + application.id;
    if (eventId != null && isDuplicate(writing, scope, eventId, hash)) {
      return;
    }
    routeAgain();
    long id = writing.nextId(targets.length);
    if (eventId != null) {
      writing.remember(new DedupeRow(scope, eventId, hash, id, writing.now + DEDUPE_MILLIS));
    }
    long[] targetIds = new long[targets.length];
    rows = new LiveRow[targets.length];
    if (admitted == null) {
      scheduled = acceptance.options().deliverAt() > writing.now;
      admitted = scheduled ? new boolean[targets.length] : admit();
    }
    for (int i = 0; i < targets.length; i++) {
      targetIds[i] = targets[i].id;
      rows[i] = row(targets[i], id, id + 1 + i, admitted[i], writing.now);
      (admitted[i] ? writing.batch.hot : writing.batch.parked).add(rows[i]);
    }
    message =
        new MessageRow(
            id,
            application.id,
            acceptance.type(),
            acceptance.channels(),
            List.of(),
            eventId,
            acceptance.contentType(),
            targetIds,
            acceptance.body());
    writing.batch.messages.add(message);
    result = new Accepted(id, targetIds, false);
  }

  private boolean isDuplicate(Writing writing, String scope, String eventId, byte[] hash) {
    DedupeRow before = writing.remembered(scope, eventId);
    if (before == null) {
      return false;
    }
    if (!Arrays.equals(before.hash(), hash)) {
      throw new PosthornException(
          Reason.CONFLICT,
          "eventId: \""
              + eventId
              + "\" was used within 12 hours for another message; use a new one");
    }
    MessageRow first = writing.store().message(before.message());
    // The targets stay: if the first one is not stored after all, this is the first one.
    message = null;
    result = new Accepted(before.message(), first == null ? new long[0] : first.targets(), true);
    return true;
  }

  /** Endpoints may have changed since the message was handed in. */
  private void routeAgain() {
    if (application.deleted()) {
      throw new PosthornException(
          Reason.NOT_FOUND, "application: was deleted; create it again before sending");
    }
    if (admitted == null && version != application.version()) {
      version = application.version();
      targets = Router.route(application, acceptance.type(), acceptance.channels());
    }
  }

  private boolean[] admit() {
    boolean[] admissions = new boolean[targets.length];
    for (int i = 0; i < targets.length; i++) {
      admissions[i] = intake.admit(targets[i]);
    }
    return admissions;
  }

  private LiveRow row(EndpointEntry target, long message, long id, boolean hot, long now) {
    long due = Math.max(now, acceptance.options().deliverAt());
    long deadline = intake.deadline(target, acceptance.type(), due);
    long expires = acceptance.options().expires();
    return new LiveRow(
        id,
        target.id,
        message,
        hot ? LiveRow.Place.HOT : LiveRow.Place.PARKED,
        due,
        0,
        0,
        expires == 0 ? deadline : Math.min(deadline, expires),
        AttemptKind.SCHEDULED);
  }

  @Override
  public void committed(Writing writing) {
    MessageRow stored = message;
    if (stored != null && targets.length > 0) {
      Payload payload = intake.payload(stored, targets.length);
      for (int i = 0; i < targets.length; i++) {
        arrive(writing, targets[i], rows[i], payload);
      }
    }
    intake.left(acceptance);
    if (result != null) {
      callback.accepted(result);
    }
  }

  private void arrive(
      Writing writing, EndpointEntry target, LiveRow row, @Nullable Payload payload) {
    ShardLoop loop = intake.loop(target);
    Delivery delivery = new Delivery(row, payload);
    Watch watch = acceptance.options().watch();
    boolean turnedAway = row.place() == LiveRow.Place.PARKED && !scheduled;
    writing.post(loop, () -> loop.arrived(target, delivery, watch, turnedAway));
  }

  @Override
  public void failed(PosthornException why) {
    boolean[] given = admitted;
    if (given != null && !scheduled) {
      for (int i = 0; i < targets.length; i++) {
        intake.giveBack(targets[i], given[i]);
      }
    }
    intake.left(acceptance);
    callback.refused(why);
  }

  @Override
  public boolean refusable() {
    return true;
  }

  private static byte[] hash(Acceptance acceptance) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(acceptance.type().getBytes(StandardCharsets.UTF_8));
      sha.update((byte) 0);
      sha.update(acceptance.body());
      return sha.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is not available in this Java runtime", e);
    }
  }
}
