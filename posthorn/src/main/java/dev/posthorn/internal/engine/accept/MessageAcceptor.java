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
  private final EngineCounters meter;
  private final Promises promises;

  public MessageAcceptor(AdmissionControl admission, EngineCounters meter, Promises promises) {
    this.admission = admission;
    this.meter = meter;
    this.promises = promises;
  }

  /**
   * Accepts a message; returns once it is on disk with all of its deliveries.
   *
   * @param waitMillis how long to wait for room, and for the store's answer
   * @throws PosthornException if it was refused; with {@link Reason#UNKNOWN} if there was no answer
   */
  public SendResult accept(SendRequest acceptance, long waitMillis) {
    SendFuture answer = new SendFuture(meter);
    admission.accept(acceptance, waitMillis, answer);
    return answer.await(waitMillis);
  }

  /** Accepts a message; the future completes once it is on disk. Never waits. */
  public CompletableFuture<SendResult> acceptAsync(SendRequest acceptance) {
    Promises.Promise<SendResult> promise = promises.make();
    try {
      accept(acceptance, promise::complete, promise::fail);
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
      SendRequest acceptance, Consumer<SendResult> accepted, Consumer<PosthornException> refused) {
    admission.accept(acceptance, 0, new Callback(meter, accepted, refused));
  }

  /** Returns whether a message would find room now; false if too much waits to be stored. */
  public boolean hasRoom() {
    return admission.hasRoom();
  }

  /** Counts the result and passes it on once. */
  private static final class Callback implements MessageEntry.AcceptCallback {
    private final EngineCounters meter;
    private final Consumer<SendResult> accepted;
    private final Consumer<PosthornException> refused;
    private boolean called;

    Callback(
        EngineCounters meter, Consumer<SendResult> accepted, Consumer<PosthornException> refused) {
      this.meter = meter;
      this.accepted = accepted;
      this.refused = refused;
    }

    @Override
    public void accepted(SendResult result) {
      meter.accepted(result);
      if (!called) {
        accepted.accept(result);
      }
    }

    @Override
    public void refused(PosthornException why) {
      if (!called) {
        meter.refused(why.reason());
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
