package dev.posthorn.internal.inbox;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.base.SendResult;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** The results of the messages of one page, which arrive on other threads. */
final class PageResults {
  private final AtomicReferenceArray<@Nullable Object> results;
  private final CountDownLatch left;

  PageResults(int messages) {
    this.results = new AtomicReferenceArray<>(messages);
    this.left = new CountDownLatch(messages);
  }

  /** Returns the receiver of one message's result. */
  Destination.Result of(int index) {
    return new Destination.Result() {
      @Override
      public void stored(SendResult result) {
        set(index, result);
      }

      @Override
      public void refused(PosthornException why) {
        set(index, why);
      }
    };
  }

  private void set(int index, Object result) {
    if (results.compareAndSet(index, null, result)) {
      left.countDown();
    }
  }

  /** Waits for all results, up to a time; returns whether they are all there. */
  boolean await(long nanos) throws InterruptedException {
    return left.await(nanos, TimeUnit.NANOSECONDS);
  }

  /** Returns the result of a message, or null if it is not stored as far as one knows. */
  @Nullable SendResult result(int index) {
    return results.get(index) instanceof SendResult result ? result : null;
  }

  /** Returns the reason for which a message was not stored, as far as one knows. */
  PosthornException refusal(int index) {
    return results.get(index) instanceof PosthornException why
        ? why
        : new PosthornException(Reason.UNKNOWN, "the store did not answer in time");
  }
}
