package dev.posthorn.internal.engine.accept;

import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.journal.Journal;
import dev.posthorn.internal.engine.journal.JournalBatch;

/**
 * A message for an application that is not known here. Another process may have created it, and
 * have said so: the journal refuses this entry only once it has all that others have committed.
 */
final class EarlyMessage implements Journal.Entry {
  private final AdmissionControl admission;
  private final SendRequest request;
  private final MessageEntry.AcceptCallback callback;
  private boolean left;

  EarlyMessage(
      AdmissionControl admission, SendRequest request, MessageEntry.AcceptCallback callback) {
    this.admission = admission;
    this.request = request;
    this.callback = callback;
  }

  @Override
  public void prepare(JournalBatch batch) {
    admission.requireApplication(request);
  }

  @Override
  public void committed(JournalBatch batch) {}

  @Override
  public void posted() {
    leave();
    try {
      admission.submitAgain(request, callback);
    } catch (PosthornException e) {
      callback.refused(e);
    }
  }

  @Override
  public void failed(PosthornException why) {
    leave();
    callback.refused(why);
  }

  /** Gives back the room that it took, once. */
  void leave() {
    if (!left) {
      left = true;
      admission.left(weight());
    }
  }

  @Override
  public int weight() {
    return AdmissionControl.weight(request, 0);
  }

  @Override
  public long application() {
    return request.application();
  }

  @Override
  public void doubtful(PosthornException why) {
    callback.doubtful(why);
  }

  @Override
  public boolean refusable() {
    return true;
  }
}
