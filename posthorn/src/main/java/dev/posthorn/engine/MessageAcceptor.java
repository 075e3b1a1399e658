package dev.posthorn.engine;

import dev.posthorn.error.PosthornException;
import dev.posthorn.error.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Accepts messages. A message is accepted once it is on disk with all of its deliveries. */
public final class MessageAcceptor {
  private final Intake intake;
  private final EngineMeter meter;
  private final Promises promises;

  MessageAcceptor(Intake intake, EngineMeter meter, Promises promises) {
    this.intake = intake;
    this.meter = meter;
    this.promises = promises;
  }

  /**
   * Accepts a message; returns once it is on disk with all of its deliveries.
   *
   * @param waitMillis how long to wait for room, and for the store's answer
   * @throws PosthornException if it was refused; with {@link Reason#UNKNOWN} if there was no answer
   */
  public Accepted accept(Acceptance acceptance, long waitMillis) {
    Answer answer = new Answer(meter);
    intake.accept(acceptance, waitMillis, answer);
    return answer.await(waitMillis);
  }

  /** Accepts a message; the future completes once it is on disk. Never waits. */
  public CompletableFuture<Accepted> acceptAsync(Acceptance acceptance) {
    Promises.Promise<Accepted> promise = promises.make();
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
      Acceptance acceptance, Consumer<Accepted> accepted, Consumer<PosthornException> refused) {
    intake.accept(acceptance, 0, new Callback(meter, accepted, refused));
  }

  /** Returns whether a message would find room now; false if too much waits to be stored. */
  public boolean hasRoom() {
    return intake.hasRoom();
  }

  /** Counts the result and passes it on once. */
  private static final class Callback implements AcceptEntry.AcceptCallback {
    private final EngineMeter meter;
    private final Consumer<Accepted> accepted;
    private final Consumer<PosthornException> refused;
    private boolean called;

    Callback(EngineMeter meter, Consumer<Accepted> accepted, Consumer<PosthornException> refused) {
      this.meter = meter;
      this.accepted = accepted;
      this.refused = refused;
    }

    @Override
    public void accepted(Accepted result) {
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
