package dev.posthorn.internal.inbox;

import org.jspecify.annotations.Nullable;

/**
 * A trace context as the values of its headers.
 *
 * @param parent the value of {@code traceparent}, or null without a trace
 * @param state the value of {@code tracestate}, or null
 */
public record TraceContext(@Nullable String parent, @Nullable String state) {
  /** No trace. */
  public static final TraceContext NONE = new TraceContext(null, null);

  private static final int MAX_PARENT = 64;
  private static final int MAX_STATE = 512;

  /** Returns whether there is a trace. */
  public boolean isPresent() {
    return parent != null;
  }

  /** Returns what fits into the columns of an inbox: no part of a value means anything. */
  TraceContext fitting() {
    if (parent == null || parent.length() > MAX_PARENT) {
      return NONE;
    }
    return state == null || state.length() <= MAX_STATE ? this : new TraceContext(parent, null);
  }
}
