package dev.posthorn.internal.sqlite.history;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * The integer by which a message is found that has an id of the sender's: a hash that nobody can
 * make collide at will. Who finds a message by it looks whether it is the one.
 */
public final class EventKey {
  static final long NONE = 0;

  private EventKey() {}

  public static long of(long application, @Nullable String eventId) {
    if (eventId == null) {
      return NONE;
    }
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(ByteBuffer.allocate(Long.BYTES).putLong(application).flip());
      long key = ByteBuffer.wrap(sha.digest(eventId.getBytes(StandardCharsets.UTF_8))).getLong();
      return key == NONE ? 1 : key;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
