package dev.posthorn.server.http;

import io.vertx.core.buffer.Buffer;
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
  private @Nullable Buffer bytes;
  private int parts;
  private int received;
  private int held;

  /** Creates a body of a client's request that nothing has come of yet. */
  RequestBody(ClientConnection client, Operation operation, HttpLimits limits) {
    this.client = client;
    this.isKept = operation.body() != Operation.Body.NONE;
    this.most = operation.body().most(limits.bodyBytes());
  }

  /** Throws 413 for a length that is too large. */
  void require(long length) {
    if (length > most) {
      throw ApiError.of(
          413,
          "payload_too_large",
          "the body is larger than the " + most + " bytes that are accepted");
    }
  }

  /** Takes a part; throws 413 or 503 if it cannot be had. */
  void add(Buffer part) {
    received += part.length();
    require(received);
    if (!isKept) {
      return;
    }
    if (!client.receive(part.length(), held)) {
      throw ApiError.later(
          503, "overloaded", "too much is being sent; try again a little later", 1);
    }
    held += part.length();
    if (bytes == null) {
      bytes = part; // not copied: mostly it stays the only one
    } else {
      bytes = (parts == 1 ? Buffer.buffer().appendBuffer(bytes) : bytes).appendBuffer(part);
    }
    parts++;
  }

  /** Returns all of it; the room is given back only once it is forgotten. */
  byte[] take() {
    byte[] all = bytes == null ? NOTHING : bytes.getBytes();
    bytes = null;
    return all;
  }

  /** Gives its room back. */
  void forget() {
    bytes = null;
    client.forget(held);
    held = 0;
  }
}
