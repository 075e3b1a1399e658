package dev.posthorn.server.http;

import java.util.concurrent.Semaphore;

/**
 * Limits how many large documents are parsed at the same time: as a tree, each takes many times its
 * bytes in memory. Further ones are refused instead of blocking a thread.
 */
final class Documents {
  /** Size from which a document counts as large. */
  private static final int LARGE_BYTES = 128 << 10;

  private final Semaphore turns;

  Documents(int atTheSameTime) {
    this.turns = new Semaphore(atTheSameTime);
  }

  /** Answers a call; throws 503 if its body is a large document and the limit is reached. */
  Answer read(Call call, Operation.Handler handler) {
    if (call.operation().body() != Operation.Body.DOCUMENT || call.body().length < LARGE_BYTES) {
      return handler.handle(call);
    }
    if (!turns.tryAcquire()) {
      throw ApiError.later(
          503,
          "overloaded",
          "the server is already reading other large documents; try again shortly",
          1);
    }
    try {
      return handler.handle(call);
    } finally {
      turns.release();
    }
  }
}
