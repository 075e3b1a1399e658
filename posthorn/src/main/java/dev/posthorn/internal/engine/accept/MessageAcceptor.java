package dev.posthorn.internal.engine.accept;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.base.EngineCounters;
import dev.posthorn.internal.engine.base.Promises;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.base.SendResult;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Accepts messages. A message is accepted once it is on disk with all of its deliveries. */
public final class MessageAcceptor {
  private final AdmissionControl admission;
  private final EngineCounters counters;
  private final Promises promises;

  public MessageAcceptor(AdmissionControl admission, EngineCounters counters, Promises promises) {
    this.admission = admission;
    this.counters = counters;
    this.promises = promises;
  }

  /**
   * Accepts a message; returns once it is on disk with all of its deliveries.
   *
   * @param waitMillis how long to wait for room, and for the store's answer
   * @throws PosthornException if it was refused; with {@link Reason#UNKNOWN} if there was no answer
   */
  public SendResult accept(SendRequest request, long waitMillis) {
    return accept(request, waitMillis, MessageAcceptor::nobody);
  }

  /**
   * Accepts a message; see {@link #accept(SendRequest, long)}.
   *
   * @param committed called on the writer once the message is on disk, before any of its deliveries
   *     starts; must not block
   */
  public SendResult accept(SendRequest request, long waitMillis, Consumer<SendResult> committed) {
    SendFuture future = new SendFuture(counters, committed);
    admission.accept(request, waitMillis, future);
    return future.await(waitMillis);
  }

  /** Accepts a message; the future completes once it is on disk. Never waits. */
  public CompletableFuture<SendResult> acceptAsync(SendRequest request) {
    return acceptAsync(request, MessageAcceptor::nobody);
  }

  /**
   * Accepts a message; see {@link #acceptAsync(SendRequest)}.
   *
   * @param committed called on the writer once the message is on disk, before any of its deliveries
   *     starts; must not block
   */
  public CompletableFuture<SendResult> acceptAsync(
      SendRequest request, Consumer<SendResult> committed) {
    Promises.Promise<SendResult> promise = promises.make();
    try {
      admission.accept(
          request, 0, new Callback(counters, committed, promise::complete, promise::fail));
    } catch (PosthornException e) {
      promise.fail(e);
    }
    return promise.future();
  }

  /**
   * Accepts a message and passes the result to a callback on the writer's thread, which must not
   * block.
   *
   * @param refused called with {@link Reason#UNKNOWN} too, if the store gives no answer for long
   * @throws PosthornException if the message is refused at once; neither consumer is called then
   */
  public void accept(
      SendRequest request, Consumer<SendResult> accepted, Consumer<PosthornException> refused) {
    accept(request, 0, accepted, refused);
  }

  /**
   * Accepts a message as the other method does, but waits for room.
   *
   * @param waitMillis how long to wait while too much waits to be stored
   */
  public void accept(
      SendRequest request,
      long waitMillis,
      Consumer<SendResult> accepted,
      Consumer<PosthornException> refused) {
    admission.accept(
        request, waitMillis, new Callback(counters, MessageAcceptor::nobody, accepted, refused));
  }

  private static void nobody(SendResult result) {}

  /** Returns whether a message would find room now; false if too much waits to be stored. */
  public boolean hasRoom() {
    return admission.hasRoom();
  }

  /** Counts the result and passes it on once. */
  private static final class Callback implements MessageEntry.AcceptCallback {
    private final EngineCounters counters;
    private final Consumer<SendResult> committed;
    private final Consumer<SendResult> accepted;
    private final Consumer<PosthornException> refused;
    private boolean called;

    Callback(
        EngineCounters counters,
        Consumer<SendResult> committed,
        Consumer<SendResult> accepted,
        Consumer<PosthornException> refused) {
      this.counters = counters;
      this.committed = committed;
      this.accepted = accepted;
      this.refused = refused;
    }

    @Override
    public void committed(SendResult result) {
      committed.accept(result);
    }

    @Override
    public void accepted(SendResult result) {
      counters.accepted(result);
      if (!called) {
        accepted.accept(result);
      }
    }

    @Override
    public void refused(PosthornException why) {
      if (!called) {
        counters.refused(why.reason());
        refused.accept(why);
      }
    }

    @Override
    public void doubtful(PosthornException why) {
      refused(why);
      called = true;
    }
  }
}
