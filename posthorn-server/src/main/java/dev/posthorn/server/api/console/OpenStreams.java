package dev.posthorn.server.api.console;

import dev.posthorn.server.auth.Principal;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.EventStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/** The open event streams of one operation, a bounded number, and who watches each. Thread-safe. */
final class OpenStreams implements AutoCloseable {
  private static final int MOST = 64;
  private static final long RETRY_SECONDS = 30;

  private final String full;
  private final Map<EventStream, Principal> open = new ConcurrentHashMap<>();
  private boolean closed;

  /**
   * Creates a set without streams.
   *
   * @param full the message to a client that comes when there are too many, without their number
   */
  OpenStreams(String full) {
    this.full = full;
  }

  /**
   * Adds a stream until it ends.
   *
   * @param ended runs once it has ended and is removed
   * @throws ApiError 503 if there are too many, or the server stops
   */
  synchronized void add(EventStream stream, Principal who, Runnable ended) {
    if (closed) {
      throw ApiError.later(503, "closing", "the server is shutting down", 5);
    }
    if (open.size() >= MOST) {
      throw ApiError.later(503, "overloaded", MOST + full, RETRY_SECONDS);
    }
    open.put(stream, who);
    stream.onEnd(
        () -> {
          open.remove(stream);
          ended.run();
        });
  }

  boolean isEmpty() {
    return open.isEmpty();
  }

  void forEach(BiConsumer<EventStream, Principal> visitor) {
    open.forEach(visitor);
  }

  /** Ends all streams, and takes no more. */
  @Override
  public synchronized void close() {
    closed = true;
    open.keySet().forEach(EventStream::end);
  }
}
