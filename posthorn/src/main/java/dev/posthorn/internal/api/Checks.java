package dev.posthorn.internal.api;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.crypto.Certificates;
import dev.posthorn.internal.crypto.ClientCertificate;
import dev.posthorn.internal.engine.base.TextLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks of arguments; each error names the field, the problem and the remedy. */
public final class Checks {
  /** A name stays itself in a URL: parsers take {@code .} and {@code ..} out of its path. */
  private static final Pattern NAME =
      Pattern.compile("(?!(.*/)?\\.\\.?(/.*)?$)[A-Za-z0-9_./-]{1,256}");

  private static final Pattern PATTERN = Pattern.compile("\\*|[A-Za-z0-9_./-]{1,254}(\\.\\*)?");

  /** Ids hold times until 2109. */
  private static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");

  private Checks() {}

  /** Checks that there is a value at all: callers need not know of nullness annotations. */
  public static <T> T present(String field, @Nullable T value) {
    if (value == null) {
      throw PosthornException.invalid(field, "is null; give a value");
    }
    return value;
  }

  /** Checks the name of an event type or a channel. */
  public static String name(String field, String value) {
    return name(field, value, "invoice.paid");
  }

  /** Checks the caller's own name for something. */
  public static String uid(String value) {
    return name("uid", value, "customer-17");
  }

  private static String name(String field, String value, String example) {
    if (!NAME.matcher(present(field, value)).matches()) {
      throw PosthornException.invalid(
          field,
          "must be 1 to 256 letters, digits or . _ - /, and no . or .. between slashes, like "
              + example);
    }
    return value;
  }

  /** Checks what people call something. */
  static String label(String field, String text) {
    if (text.isBlank()) {
      throw PosthornException.invalid(field, "has nothing but blanks; give it a name");
    }
    TextLimits.require(field, text, TextLimits.LABEL);
    return text;
  }

  /** Checks and copies notes. */
  public static Map<String, String> metadata(Map<String, String> notes) {
    TextLimits.metadata(notes);
    return Map.copyOf(notes);
  }

  /** Checks the channels of an endpoint or a message. */
  public static List<String> channels(String... names) {
    List<String> channels = List.of(names);
    channels.forEach(name -> name("channels", name));
    TextLimits.channels(channels);
    return channels;
  }

  public static void eventTypes(List<String> patterns) {
    for (String pattern : patterns) {
      if (!PATTERN.matcher(pattern).matches()) {
        throw PosthornException.invalid(
            "events", "\"" + pattern + "\" must be an event type like invoice.paid, or invoice.*");
      }
    }
    TextLimits.eventTypes("events", patterns);
  }

  /** Checks a duration; the bounds also keep it within what a long holds in nanoseconds. */
  public static Duration between(String field, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw PosthornException.invalid(
          field, "must be " + least + " to " + most + ", but is " + value);
    }
    return value;
  }

  public static Duration timeout(String field, Duration value) {
    return between(field, value, Duration.ofSeconds(1), Duration.ofMinutes(10));
  }

  public static int between(String field, int value, int least, int most) {
    if (value < least || value > most) {
      throw PosthornException.invalid(
          field, "must be " + least + " to " + most + ", but is " + value);
    }
    return value;
  }

  /** Checks a time. */
  public static Instant time(String field, Instant value) {
    if (value.isBefore(Instant.EPOCH) || value.isAfter(LATEST)) {
      throw PosthornException.invalid(
          field, "must be from " + Instant.EPOCH + " to " + LATEST + ", but is " + value);
    }
    return value;
  }

  /** Reads a client certificate and its key. */
  public static ClientCertificate clientCertificate(String certificatePem, String keyPem) {
    String certificate = present("certificatePem", certificatePem);
    String both = certificate + "\n" + present("keyPem", keyPem);
    return argument("clientCertificate", () -> ClientCertificate.read(both));
  }

  /** Returns a client certificate as it is stored; refuses one that no receiver could accept. */
  public static String usable(ClientCertificate certificate, long now) {
    return argument(
        "clientCertificate",
        () -> {
          certificate.check(now);
          return certificate.write();
        });
  }

  /** Reads the certificates of authorities; returns them as they are stored. */
  public static String serverCa(String pem) {
    String text = present("serverCa", pem);
    return argument("serverCa", () -> Certificates.write(Certificates.readAuthorities(text)));
  }

  /** Returns a check's result; what it throws becomes an exception that names the field. */
  public static <T> T argument(String field, Supplier<T> check) {
    try {
      return check.get();
    } catch (IllegalArgumentException e) {
      throw PosthornException.invalid(field, String.valueOf(e.getMessage()));
    }
  }

  /** Returns a check's result; what it throws becomes an exception for callers of Posthorn. */
  public static <T> T argument(Supplier<T> check) {
    try {
      return check.get();
    } catch (IllegalArgumentException e) {
      throw new PosthornException(Reason.INVALID, String.valueOf(e.getMessage()), e);
    }
  }
}
