package dev.posthorn.internal.engine.accept;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.base.EngineCounters;
import dev.posthorn.internal.engine.base.SendResult;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The answer to one acceptance, which its caller waits for. */
final class SendFuture implements MessageEntry.AcceptCallback {
  private final CountDownLatch there = new CountDownLatch(1);
  private final EngineCounters counters;
  private final Consumer<SendResult> committed;
  private @Nullable SendResult result;
  private @Nullable PosthornException refused;
  private @Nullable PosthornException doubt;

  SendFuture(EngineCounters counters, Consumer<SendResult> committed) {
    this.counters = counters;
    this.committed = committed;
  }

  @Override
  public void committed(SendResult stored) {
    committed.accept(stored);
  }

  @Override
  public void accepted(SendResult result) {
    counters.accepted(result);
    this.result = result;
    there.countDown();
  }

  @Override
  public void refused(PosthornException why) {
    if (doubt == null) {
      counters.refused(why.reason());
    }
    refused = why;
    there.countDown();
  }

  @Override
  public void doubtful(PosthornException why) {
    counters.refused(why.reason());
    doubt = why;
    there.countDown();
  }

  /** Waits for the answer. */
  SendResult await(long waitMillis) {
    try {
      if (!there.await(waitMillis, TimeUnit.MILLISECONDS)) {
        throw unknown("no answer from the store within " + waitMillis + " ms", null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unknown("interrupted while waiting for the store", e);
    }
    if (result != null) {
      return result;
    }
    PosthornException why = refused == null ? doubt : refused;
    throw why == null ? unknown("no answer", null) : why.again();
  }

  private static PosthornException unknown(String what, @Nullable Throwable cause) {
    return new PosthornException(
        Reason.UNKNOWN,
        what + "; the message may be accepted or not: send it again with the same event id",
        cause);
  }
}
