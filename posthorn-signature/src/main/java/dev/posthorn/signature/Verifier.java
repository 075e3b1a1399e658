package dev.posthorn.signature;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a received webhook is authentic and recent. Immutable and safe for use by any
 * number of threads.
 *
 * <pre>{@code
 * Verifier verifier = Verifier.of("whsec_…");
 * verifier.verify(request::getHeader, body);   // throws VerificationException
 * }</pre>
 *
 * <p>The body must be the exact bytes that arrived: parse it after this check, not before. Headers
 * are read under {@code webhook-*} or {@code svix-*}, whichever set is complete. A webhook is good
 * when any of its signatures fits any of the keys, so that either side can rotate.
 */
public final class Verifier {

  private static final Duration DEFAULT_TOLERANCE = Duration.ofMinutes(5);
  private static final Pattern UNIX_SECONDS = Pattern.compile("[0-9]{1,12}");

  private final List<VerificationKey> keys;
  private final Duration tolerance;
  private final InstantSource clock;

  private Verifier(List<VerificationKey> keys, Duration tolerance, InstantSource clock) {
    this.keys = keys;
    this.tolerance = tolerance;
    this.clock = clock;
  }

  /**
   * Returns a verifier that accepts any of these keys, timestamps within 5 minutes, and the
   * system's clock.
   *
   * @param keys {@code whsec_} secrets for {@code v1}, {@code whpk_} public keys for {@code v1a};
   *     several while keys rotate
   * @throws IllegalArgumentException if there is no key
   * @throws KeyFormatException if one of them is unusable
   */
  public static Verifier of(String... keys) {
    return of(List.of(keys));
  }

  /** Returns a verifier as {@link #of(String...)} does, from a list. */
  public static Verifier of(List<String> keys) {
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("keys is empty; give at least one key to verify with");
    }
    return new Verifier(
        keys.stream().map(VerificationKey::parse).toList(),
        DEFAULT_TOLERANCE,
        InstantSource.system());
  }

  /**
   * Returns this verifier with another tolerance.
   *
   * @param tolerance how far the timestamp may lie from now, back or ahead; zero or more, counted
   *     in whole seconds
   * @throws IllegalArgumentException if it is negative
   */
  public Verifier tolerance(Duration tolerance) {
    if (tolerance.isNegative()) {
      throw new IllegalArgumentException(
          "tolerance is " + tolerance + "; give a duration of zero or more");
    }
    return new Verifier(keys, tolerance, clock);
  }

  /** Returns this verifier with another clock. */
  public Verifier clock(InstantSource clock) {
    return new Verifier(keys, tolerance, clock);
  }

  /**
   * Returns the id and timestamp of an authentic webhook.
   *
   * @param headers what was received; names in any case, values strings or lists of strings
   * @param body the exact bytes received
   * @throws VerificationException if the webhook must not be trusted
   */
  public Verification.Verified verify(Map<String, ?> headers, byte[] body) {
    return verify(ReceivedHeaders.in(headers), body);
  }

  /**
   * Returns the id and timestamp of an authentic webhook.
   *
   * @param headers gives a header's value by its lower-case name, null when absent, such as {@code
   *     request::getHeader} of servlets, or {@code headers::getFirst} of Spring
   * @param body the exact bytes received
   * @throws VerificationException if the webhook must not be trusted
   */
  public Verification.Verified verify(Function<String, @Nullable String> headers, byte[] body) {
    Verification checked = check(headers, body);
    if (checked instanceof Verification.Rejected rejected) {
      throw new VerificationException(rejected);
    }
    return (Verification.Verified) checked;
  }

  /** Checks as {@link #verify(Map, byte[])} does and returns the outcome, good or bad. */
  public Verification check(Map<String, ?> headers, byte[] body) {
    return check(ReceivedHeaders.in(headers), body);
  }

  /** Checks as {@link #verify(Function, byte[])} does and returns the outcome, good or bad. */
  public Verification check(Function<String, @Nullable String> headers, byte[] body) {
    ReceivedHeaders received = ReceivedHeaders.read(headers);
    if (received == null) {
      return rejected(
          Verification.Reason.MISSING_HEADER,
          "missing: " + String.join(", ", ReceivedHeaders.missing(headers)));
    }
    if (!UNIX_SECONDS.matcher(received.timestamp()).matches()) {
      return rejected(
          Verification.Reason.MALFORMED_TIMESTAMP,
          received.names().timestamp() + " is not a number of Unix seconds");
    }
    long seconds = Long.parseLong(received.timestamp());
    long age = clock.instant().getEpochSecond() - seconds;
    if (Math.abs(age) > tolerance.toSeconds()) {
      return outOfTolerance(received, age);
    }
    Verification.Rejected rejected = checkSignature(received, body);
    return rejected != null
        ? rejected
        : new Verification.Verified(received.id(), Instant.ofEpochSecond(seconds));
  }

  private Verification.Rejected outOfTolerance(ReceivedHeaders received, long age) {
    return rejected(
        age > 0 ? Verification.Reason.TOO_OLD : Verification.Reason.TOO_NEW,
        "%s is %s, %d s %s; %d s are tolerated"
            .formatted(
                received.names().timestamp(),
                received.timestamp(),
                Math.abs(age),
                age > 0 ? "ago" : "ahead",
                tolerance.toSeconds()));
  }

  private Verification.@Nullable Rejected checkSignature(ReceivedHeaders received, byte[] body) {
    String name = received.names().signature();
    SignatureHeader header = SignatureHeader.parse(received.signature());
    if (header.count() == 0 || header.count() > SignatureHeader.MAX_SIGNATURES) {
      return rejected(
          Verification.Reason.MALFORMED_SIGNATURE,
          "%s holds %d signatures of the form scheme,base64; 1 to %d are expected"
              .formatted(name, header.count(), SignatureHeader.MAX_SIGNATURES));
    }
    byte[] prefix = SignedContent.prefix(received.id(), received.timestamp());
    boolean known = false;
    for (VerificationKey key : keys) {
      List<byte[]> signatures = header.ofScheme(key.scheme());
      known |= !signatures.isEmpty();
      if (!signatures.isEmpty() && key.signedAny(prefix, body, signatures)) {
        return null;
      }
    }
    return known
        ? rejected(Verification.Reason.NO_MATCH, name + " fits none of the keys and this content")
        : rejected(
            Verification.Reason.UNKNOWN_SCHEME,
            name + " holds no signature of a scheme that a key is known for");
  }

  private static Verification.Rejected rejected(Verification.Reason reason, String detail) {
    return new Verification.Rejected(reason, detail);
  }
}
