package dev.posthorn.server.http;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request as it arrives, within the limit of its operation and the memory budget of
 * all connections. A body that the operation does not use is counted but not kept.
 */
final class RequestBody {
  private static final byte[] NOTHING = {};

  private final ClientConnection client;
  private final boolean isKept;
  private final int most;
  private int expected;
  private int received;
  private @Nullable Buffer first;
  private byte[] bytes = NOTHING;
  private int held;

  /** Creates an empty body of a client's request. */
  RequestBody(ClientConnection client, Operation operation, HttpLimits limits) {
    this.client = client;
    this.isKept = operation.body() != Operation.Body.NONE;
    this.most = operation.body().most(limits.bodyBytes());
    this.expected = most;
  }

  /** Sets the expected length; throws 413 if it is too large. */
  void expect(long length) {
    require(length);
    expected = (int) length;
  }

  private void require(long length) {
    if (length > most) {
      throw BodyRules.tooLarge(most);
    }
  }

  /** Adds a part; throws 413 if the body is too large, 503 if memory is short. */
  void add(Buffer part) {
    int before = received;
    received += part.length();
    require(received);
    if (!isKept) {
      return;
    }
    if (before == 0) {
      hold(received);
      first = part; // not copied: most bodies have one part
      return;
    }
    if (received > bytes.length) {
      grow(before);
    }
    part.getBytes(bytes, before);
  }

  /** Doubles the buffer, but not beyond the expected length. */
  private void grow(int before) {
    int capacity = Math.max(received, Math.min(expected, 2 * before));
    hold(capacity - held);
    byte[] larger = Arrays.copyOf(bytes, capacity);
    Buffer only = first;
    if (only != null) {
      only.getBytes(larger, 0);
      first = null;
    }
    bytes = larger;
  }

  private void hold(int more) {
    if (!client.receive(more, held)) {
      throw ApiError.later(
          503, "overloaded", "the server is receiving too much data; try again shortly", 1);
    }
    held += more;
  }

  /** Returns the whole body; its room is freed only by {@link #forget}. */
  byte[] take() {
    Buffer only = first;
    byte[] all = only == null ? bytes : only.getBytes();
    clear();
    return all.length == received || !isKept ? all : Arrays.copyOf(all, received);
  }

  /** Frees the body's room. */
  void forget() {
    clear();
    client.forget(held);
    held = 0;
  }

  private void clear() {
    first = null;
    bytes = NOTHING;
  }
}
