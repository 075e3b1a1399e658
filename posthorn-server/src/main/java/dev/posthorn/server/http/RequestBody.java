package dev.posthorn.server.http;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request as it arrives: within the bound of its operation, and within the room that
 * all connections share. One that means nothing is counted, but not kept.
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

  /** Creates a body of a client's request that nothing has come of yet. */
  RequestBody(ClientConnection client, Operation operation, HttpLimits limits) {
    this.client = client;
    this.isKept = operation.body() != Operation.Body.NONE;
    this.most = operation.body().most(limits.bodyBytes());
    this.expected = most;
  }

  /** Says how long it will be; throws 413 if that is too large. */
  void expect(long length) {
    require(length);
    expected = (int) length;
  }

  private void require(long length) {
    if (length > most) {
      throw ApiError.of(
          413,
          "payload_too_large",
          "the body is larger than the " + most + " bytes that are accepted");
    }
  }

  /** Takes a part; throws 413 or 503 if it cannot be had. */
  void add(Buffer part) {
    int before = received;
    received += part.length();
    require(received);
    if (!isKept) {
      return;
    }
    if (before == 0) {
      hold(received);
      first = part; // not copied: mostly it stays the only one
      return;
    }
    if (received > bytes.length) {
      grow(before);
    }
    part.getBytes(bytes, before);
  }

  /** Doubles the memory, but not beyond the length: nothing is held for what has yet to come. */
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
          503, "overloaded", "too much is being sent; try again a little later", 1);
    }
    held += more;
  }

  /** Returns all of it; the room is given back only once it is forgotten. */
  byte[] take() {
    Buffer only = first;
    byte[] all = only == null ? bytes : only.getBytes();
    clear();
    return all.length == received || !isKept ? all : Arrays.copyOf(all, received);
  }

  /** Gives its room back. */
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
