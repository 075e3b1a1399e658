package dev.posthorn.internal.api;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.crypto.Certificates;
import dev.posthorn.internal.crypto.ClientCertificate;
import dev.posthorn.internal.crypto.SecretKey;
import dev.posthorn.internal.file.FileModes;
import dev.posthorn.internal.rules.ApplicationRules;
import dev.posthorn.internal.rules.ChannelRules;
import dev.posthorn.internal.rules.EndpointRules;
import dev.posthorn.internal.rules.HeaderRules;
import dev.posthorn.internal.rules.MessageRules;
import dev.posthorn.internal.rules.MetadataRules;
import dev.posthorn.internal.rules.NameRules;
import dev.posthorn.internal.rules.NumberRange;
import dev.posthorn.internal.rules.Problems;
import dev.posthorn.internal.rules.Rules;
import dev.posthorn.internal.rules.TimeRange;
import dev.posthorn.spi.transport.AddressPolicy;
import dev.posthorn.spi.transport.HttpTarget;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Checks of arguments by the rules; each exception names the field and the problem. */
public final class Checks {
  private Checks() {}

  /** Checks that there is a value at all: callers need not know of nullness annotations. */
  public static <T> T present(String field, @Nullable T value) {
    if (value == null) {
      throw PosthornException.invalid(field, "is null; give a value");
    }
    return value;
  }

  /** Checks an event type, or a uid or event id that the caller chooses. */
  public static String name(String field, String value) {
    Rules.require(field, NameRules.NAME.problem(present(field, value)));
    return value;
  }

  /** Checks the caller's own name for something. */
  public static String uid(String value) {
    return name("uid", value);
  }

  /** Checks the name of an application, which is for people. */
  static String label(String field, String text) {
    Rules.require(field, ApplicationRules.nameProblem(present(field, text)));
    return text;
  }

  /** Checks a description. */
  public static String description(String text) {
    Rules.require(
        "description",
        Problems.ofLength(present("description", text), EndpointRules.MAX_DESCRIPTION));
    return text;
  }

  /** Checks a URL; returns it in the form in which it is used. */
  public static String url(String text) {
    Rules.require("url", EndpointRules.urlProblem(present("url", text)));
    return HttpTarget.normalize(text);
  }

  /** Checks custom headers. */
  public static void headers(Map<String, String> headers) {
    headers.forEach(
        (name, value) -> {
          present("headers", name);
          present("headers", value);
        });
    Rules.require("headers", HeaderRules.ofHost().problem(headers));
  }

  /** Checks and copies metadata. */
  public static Map<String, String> metadata(Map<String, String> metadata) {
    metadata.forEach(
        (key, value) -> {
          present("metadata", key);
          present("metadata", value);
        });
    Rules.require("metadata", MetadataRules.problem(metadata));
    return Map.copyOf(metadata);
  }

  /** Checks the channels of an endpoint or a message; returns each of them once. */
  public static List<String> channels(String... names) {
    List<String> channels = distinct("channels", names);
    Rules.require("channels", ChannelRules.problem(channels));
    return channels;
  }

  /** Checks the event types and patterns of an endpoint; returns each of them once. */
  public static List<String> eventTypes(String... patterns) {
    List<String> filters = distinct("events", patterns);
    Rules.require("events", EndpointRules.filtersProblem(filters));
    return filters;
  }

  private static List<String> distinct(String field, String... values) {
    for (String value : present(field, values)) {
      present(field, value);
    }
    return Arrays.stream(values).distinct().toList();
  }

  /** Checks the media type of a payload. */
  public static void mediaType(String type) {
    Rules.require("contentType", MessageRules.MEDIA_TYPE.problem(present("contentType", type)));
  }

  /** Checks a duration. */
  public static Duration within(String field, Duration value, TimeRange range) {
    Rules.require(field, range.problem(present(field, value)));
    return value;
  }

  /** Checks a number. */
  public static int within(String field, int value, NumberRange range) {
    Rules.require(field, range.problem(value));
    return value;
  }

  /** Checks a time. */
  public static Instant time(String field, Instant value) {
    Rules.require(field, MessageRules.timeProblem(present(field, value)));
    return value;
  }

  /** Checks a share. */
  public static double share(String field, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw PosthornException.invalid(field, "must be between 0 and 1, but is " + value);
    }
    return value;
  }

  /** Checks CIDR blocks. */
  public static List<String> networks(String field, String... blocks) {
    for (String block : present(field, blocks)) {
      present(field, block);
    }
    List<String> copy = List.of(blocks);
    var unused = argument(field, () -> AddressPolicy.allowing(copy));
    return copy;
  }

  /** Checks a key that encrypts secrets, or several. */
  public static String secretKey(String field, String key) {
    String text = present(field, key);
    var unused = argument(field, () -> SecretKey.keyring(text));
    return text;
  }

  /** Reads a mode of a file that nobody but its owner and group may have access to. */
  public static Set<PosixFilePermission> groupMode(String field, String mode) {
    String text = present(field, mode);
    Set<PosixFilePermission> permissions = argument(field, () -> FileModes.parse(text));
    if (permissions.contains(PosixFilePermission.OTHERS_READ)
        || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw PosthornException.invalid(
          field, "must not give others than owner and group access to the file, but is " + mode);
    }
    return Set.copyOf(permissions);
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
  static <T> T argument(Supplier<T> check) {
    try {
      return check.get();
    } catch (IllegalArgumentException e) {
      throw new PosthornException(Reason.INVALID, String.valueOf(e.getMessage()), e);
    }
  }
}
