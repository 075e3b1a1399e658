package dev.posthorn.engine;

import dev.posthorn.error.PosthornException;
import dev.posthorn.error.Reason;
import dev.posthorn.store.DedupeKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message that is handed to the engine.
 *
 * @param application whose it is
 * @param type its event type
 * @param channels its channels; empty for none
 * @param contentType the payload's media type
 * @param body the exact payload; not to be modified from now on
 * @param options what else is wanted
 */
public record Acceptance(
    long application,
    String type,
    List<String> channels,
    String contentType,
    byte[] body,
    Options options) {

  /** Returns the same for another application. */
  Acceptance to(long other) {
    return new Acceptance(other, type, channels, contentType, body, options);
  }

  void requireAtMost(int bytes) {
    if (body.length > bytes) {
      throw new PosthornException(
          Reason.TOO_LARGE,
          "payload: has " + body.length + " bytes; at most " + bytes + " are accepted");
    }
  }

  /**
   * What else a sender may want.
   *
   * @param eventId the sender's own id for the event: the same one within 12 hours is accepted once
   * @param deliverAt not before this wall time in milliseconds, or 0 for at once
   * @param expires no attempt after this wall time in milliseconds, or 0
   * @param watch told when its deliveries end, or null
   * @param payloadMillis for how long the payload is kept, in milliseconds, or 0: as long as the
   *     message. It is kept longer while a delivery waits
   * @param tags the sender's own marks to find it by; empty for none
   * @param request identifies the request that hands it in, so that a repetition is accepted once;
   *     or null
   * @param times when it is to be delivered and until when, as the sender said it: from now on, or
   *     at a time. With other words it is another message under the same event id
   */
  public record Options(
      @Nullable String eventId,
      long deliverAt,
      long expires,
      @Nullable Watch watch,
      long payloadMillis,
      List<String> tags,
      @Nullable RequestKey request,
      String times) {
    /** Nothing else. */
    public static final Options NONE = new Options(null, 0, 0, null);

    /** Creates options with a payload that is kept, without tags and request. */
    public Options(@Nullable String eventId, long deliverAt, long expires, @Nullable Watch watch) {
      this(eventId, deliverAt, expires, watch, 0, List.of(), null);
    }

    /** Creates options whose times were said as such. */
    public Options(
        @Nullable String eventId,
        long deliverAt,
        long expires,
        @Nullable Watch watch,
        long payloadMillis,
        List<String> tags,
        @Nullable RequestKey request) {
      this(
          eventId,
          deliverAt,
          expires,
          watch,
          payloadMillis,
          tags,
          request,
          times(Long.toString(deliverAt), Long.toString(expires)));
    }

    /** Returns what is said of both times. */
    public static String times(String deliver, String expire) {
      return deliver + " " + expire;
    }
  }

  /**
   * Identifies a request.
   *
   * @param scope where the key counts: whose request it is, and to do what
   * @param key the client's key for it
   * @param hash a hash of all that was sent with it
   */
  public record RequestKey(String scope, String key, byte[] hash) {
    DedupeKey dedupeKey() {
      return new DedupeKey(scope, key);
    }
  }
}
