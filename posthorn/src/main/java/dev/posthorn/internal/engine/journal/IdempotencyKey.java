package dev.posthorn.internal.engine.journal;

import java.util.function.Function;

/**
 * An idempotency key: the request has its effect only once, however often it comes.
 *
 * @param scope the scope of the key: the client and the operation
 * @param key the client's key for it
 * @param hash a hash of the whole request; another one under the same key is a CONFLICT
 * @param answer makes the stored answer of the result
 */
public record IdempotencyKey(
    String scope, String key, byte[] hash, Function<Object, byte[]> answer) {
  /** The time for which a key is remembered. */
  public static final long KEPT_MILLIS = 12L * 3_600_000;

  /** Thrown if the request was done before: nothing was done now. It has the first answer. */
  public static final class DoneBefore extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient byte[] answer;

    DoneBefore(byte[] answer) {
      super("done before", null, false, false); // an answer, not a defect
      this.answer = answer;
    }

    /** Returns the first answer. */
    public byte[] answer() {
      return answer;
    }
  }
}
