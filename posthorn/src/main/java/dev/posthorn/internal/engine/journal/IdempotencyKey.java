package dev.posthorn.internal.engine.journal;

import java.util.function.Function;

/**
 * A request that is to have its effect only once, however often it comes.
 *
 * @param scope where the key counts: whose request it is, and to do what
 * @param key the client's key for it
 * @param hash a hash of what was sent with it; another one under the same key is a CONFLICT
 * @param answer makes what is remembered, and answered again, of the result
 */
public record IdempotencyKey(
    String scope, String key, byte[] hash, Function<Object, byte[]> answer) {
  /** How long a key is remembered. */
  public static final long KEPT_MILLIS = 12L * 3_600_000;

  /** The request was done before: nothing was done now, and this is what was answered then. */
  public static final class DoneBefore extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient byte[] answer;

    DoneBefore(byte[] answer) {
      super("done before", null, false, false); // an answer, not a defect
      this.answer = answer;
    }

    /** Returns what was answered the first time. */
    public byte[] answer() {
      return answer;
    }
  }
}
