package dev.posthorn.server.http;

import java.util.concurrent.Semaphore;

/**
 * The turns of large documents: read as a tree each takes many times its bytes in memory, so few
 * are read at the same time, and others are refused rather than kept waiting on a thread.
 */
final class Documents {
  /** From here on a document takes a turn. */
  private static final int LARGE_BYTES = 128 << 10;

  private final Semaphore turns;

  Documents(int atTheSameTime) {
    this.turns = new Semaphore(atTheSameTime);
  }

  /** Answers a call; throws 503 if its body is a large document and there is no turn for it. */
  Answer read(Call call, Operation.Handler handler) {
    if (call.operation().body() != Operation.Body.DOCUMENT || call.body().length < LARGE_BYTES) {
      return handler.handle(call);
    }
    if (!turns.tryAcquire()) {
      throw ApiError.later(
          503, "overloaded", "other large documents are being read; try again a little later", 1);
    }
    try {
      return handler.handle(call);
    } finally {
      turns.release();
    }
  }
}
