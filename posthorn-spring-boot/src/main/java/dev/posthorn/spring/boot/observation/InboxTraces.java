package dev.posthorn.spring.boot.observation;

import dev.posthorn.internal.inbox.TraceContext;
import dev.posthorn.internal.inbox.TraceContexts;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the trace of an observed {@code send} with its row, and remembers those of relayed rows:
 * the process that relays a row need not be the one that sent it.
 */
final class InboxTraces implements TraceContexts {
  private static final String PARENT = "traceparent";
  private static final String STATE = "tracestate";

  private final TraceMemory memory;

  /** The trace of what this thread sends. Not static: each Posthorn has its own. */
  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<@Nullable Map<String, String>> sending = new ThreadLocal<>();

  InboxTraces(TraceMemory memory) {
    this.memory = memory;
  }

  /** Runs a send in a trace. */
  <T> T within(Map<String, String> trace, Supplier<T> send) {
    sending.set(trace);
    try {
      return send.get();
    } finally {
      sending.remove();
    }
  }

  @Override
  public TraceContext current() {
    Map<String, String> trace = sending.get();
    return trace == null
        ? TraceContext.NONE
        : new TraceContext(trace.get(PARENT), trace.get(STATE));
  }

  @Override
  public void relayed(String messageId, TraceContext context) {
    Map<String, String> trace = new HashMap<>();
    if (context.parent() != null) {
      trace.put(PARENT, context.parent());
    }
    if (context.state() != null) {
      trace.put(STATE, context.state());
    }
    memory.put(messageId, trace);
  }
}
