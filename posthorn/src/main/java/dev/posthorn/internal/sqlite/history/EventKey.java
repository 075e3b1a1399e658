package dev.posthorn.internal.sqlite.history;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * The integer key by which a message is found by its sender's event id, or by the public id that
 * the sender chose: a hash for which nobody can produce collisions at will. A caller that finds a
 * message by it must compare the id itself.
 */
public final class EventKey {
  static final long NONE = 0;

  /** No application has this id, so no event id has the key of a public id. */
  private static final long PUBLIC_ID = 0;

  private EventKey() {}

  /** Returns the key of a public id that a sender chose. */
  public static long ofPublicId(String publicId) {
    return of(PUBLIC_ID, publicId);
  }

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
