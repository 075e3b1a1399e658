package dev.posthorn.internal.inbox;

/**
 * The trace contexts (W3C) of messages that pass an inbox, which may be relayed by another process
 * than the one that sent them. Thread-safe.
 */
public interface TraceContexts {
  /** The contexts of a program without traces. */
  TraceContexts NONE =
      new TraceContexts() {
        @Override
        public TraceContext current() {
          return TraceContext.NONE;
        }

        @Override
        public void relayed(String messageId, TraceContext context) {}
      };

  /** Returns the context in which this thread sends a message. */
  TraceContext current();

  /**
   * Takes note of the context of a message, before any of its deliveries starts. Called again if
   * the message is relayed again.
   */
  void relayed(String messageId, TraceContext context);
}
