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
 * Verifies that a received webhook is authentic and recent. Immutable and thread-safe.
 *
 * <pre>{@code
 * Verifier verifier = Verifier.of("whsec_…");
 * verifier.verify(request::getHeader, body);   // throws VerificationException
 * }</pre>
 *
 * <p>The body must be the exact bytes that arrived: parse it after this check, not before. Headers
 * are read under {@code webhook-*} or {@code svix-*}, whichever set is complete. A webhook is valid
 * if any of its signatures matches any of the keys, so that either side can rotate.
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
   * Returns a verifier that accepts any of these keys and timestamps within 5 minutes of the
   * system's clock.
   *
   * @param keys {@code whsec_} secrets for {@code v1}, {@code whpk_} public keys for {@code v1a};
   *     several while keys rotate
   * @throws IllegalArgumentException if no key is given
   * @throws KeyFormatException if a key is invalid
   */
  public static Verifier of(String... keys) {
    return of(List.of(keys));
  }

  /** Returns a verifier with the keys of a list; see {@link #of(String...)}. */
  public static Verifier of(List<String> keys) {
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("keys is empty; give at least one verification key");
    }
    return new Verifier(
        keys.stream().map(VerificationKey::parse).toList(),
        DEFAULT_TOLERANCE,
        InstantSource.system());
  }

  /**
   * Returns this verifier with another tolerance.
   *
   * @param tolerance the maximum difference between the timestamp and now, in either direction;
   *     zero or more, in whole seconds
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
   * @param headers the received headers; names in any case, values strings or lists of strings
   * @param body the exact bytes received
   * @throws VerificationException if the webhook must not be trusted
   */
  public Verification.Verified verify(Map<String, ?> headers, byte[] body) {
    return verify(ReceivedHeaders.in(headers), body);
  }

  /**
   * Returns the id and timestamp of an authentic webhook.
   *
   * @param headers returns a header's value by its lower-case name, or null if absent, such as
   *     {@code request::getHeader} of servlets, or {@code headers::getFirst} of Spring
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

  /** Checks like {@link #verify(Map, byte[])}, but returns a rejection instead of throwing. */
  public Verification check(Map<String, ?> headers, byte[] body) {
    return check(ReceivedHeaders.in(headers), body);
  }

  /** Checks like {@link #verify(Function, byte[])}, but returns a rejection instead of throwing. */
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
        "%s is %s, %d s %s; the tolerance is %d s"
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
        ? rejected(
            Verification.Reason.NO_MATCH, name + " matches none of the keys for this content")
        : rejected(
            Verification.Reason.UNKNOWN_SCHEME,
            name + " has no signature of a scheme that the verifier has a key for");
  }

  private static Verification.Rejected rejected(Verification.Reason reason, String detail) {
    return new Verification.Rejected(reason, detail);
  }
}
