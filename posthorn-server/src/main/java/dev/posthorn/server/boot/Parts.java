package dev.posthorn.server.boot;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts that a server has opened, to be closed in the opposite order. One thread adds parts;
 * then any thread may close them.
 */
final class Parts {
  private static final Logger LOG = LoggerFactory.getLogger(Parts.class);

  private final Deque<Runnable> parts = new ArrayDeque<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Adds the closing of a part, before that of all others. */
  void push(Runnable part) {
    parts.push(part);
  }

  /** Adds the closing of a part, after that of all others. */
  void addLast(Runnable part) {
    parts.addLast(part);
  }

  /** Closes all, once. A part that fails keeps no other from being closed. */
  void close() {
    if (closed.compareAndSet(false, true)) {
      parts.forEach(Parts::close);
    }
  }

  private static void close(Runnable part) {
    try {
      part.run();
    } catch (RuntimeException e) {
      LOG.warn("Part of the server could not be closed", e);
    }
  }
}
