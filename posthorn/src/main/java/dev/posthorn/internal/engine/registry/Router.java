package dev.posthorn.internal.engine.registry;

import dev.posthorn.spi.store.rows.EndpointRow;
import java.util.Comparator;
import java.util.List;

/**
 * Selects the endpoints of an application that a message is for, and explains the choice.
 *
 * <p>An endpoint wants a message if it takes deliveries, one of its event type patterns matches (it
 * has none: all match), and it shares a channel with the message (it has none: it listens to all).
 * A pattern is a type's name, or a prefix followed by {@code .*}, which matches every type below
 * it.
 */
public final class Router {
  private static final Comparator<RegisteredEndpoint> BY_ID =
      Comparator.comparingLong(endpoint -> endpoint.id);

  private Router() {}

  /** Reasons for which a message was, or was not, for an endpoint. */
  public enum Choice {
    MATCHED,
    DISABLED,
    EVENT_TYPE,
    CHANNEL
  }

  /** Returns the endpoints that a message is for. */
  public static RegisteredEndpoint[] route(
      RegisteredApplication application, String type, List<String> channels) {
    if (!channels.isEmpty()) {
      return select(application, type, channels);
    }
    Routes routes = application.routes();
    RegisteredEndpoint[] known = routes.get(type);
    if (known == null) {
      known = select(application, type, channels);
      routes.put(type, known);
    }
    return known;
  }

  private static RegisteredEndpoint[] select(
      RegisteredApplication application, String type, List<String> channels) {
    List<RegisteredEndpoint> chosen = application.candidates(type, channels);
    chosen.removeIf(endpoint -> choose(endpoint.row(), type, channels) != Choice.MATCHED);
    chosen.sort(BY_ID);
    removeRepeated(chosen);
    return chosen.toArray(RegisteredEndpoint[]::new);
  }

  private static void removeRepeated(List<RegisteredEndpoint> sorted) {
    long[] last = {Long.MIN_VALUE};
    sorted.removeIf(
        endpoint -> {
          boolean repeated = endpoint.id == last[0];
          last[0] = endpoint.id;
          return repeated;
        });
  }

  /** Returns the reason for which a message is, or is not, for an endpoint. */
  public static Choice choose(EndpointRow endpoint, String type, List<String> channels) {
    if (!endpoint.state().accepts()) {
      return Choice.DISABLED;
    }
    if (!wantsType(endpoint, type)) {
      return Choice.EVENT_TYPE;
    }
    return wantsChannel(endpoint, channels) ? Choice.MATCHED : Choice.CHANNEL;
  }

  /** Returns whether an endpoint listens to such messages, also if it takes no deliveries. */
  public static boolean listens(EndpointRow endpoint, String type, List<String> channels) {
    return wantsType(endpoint, type) && wantsChannel(endpoint, channels);
  }

  private static boolean wantsType(EndpointRow endpoint, String type) {
    return endpoint.spec().eventTypes().isEmpty() || matchesAny(endpoint.spec().eventTypes(), type);
  }

  private static boolean wantsChannel(EndpointRow endpoint, List<String> channels) {
    return endpoint.spec().channels().isEmpty() || shareOne(endpoint.spec().channels(), channels);
  }

  private static boolean matchesAny(List<String> patterns, String type) {
    for (int i = 0; i < patterns.size(); i++) {
      if (matches(patterns.get(i), type)) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether a text matches more than the event type of that name. */
  public static boolean isPattern(String text) {
    return text.equals("*") || text.endsWith(".*");
  }

  /** Returns whether a pattern matches an event type. */
  static boolean matches(String pattern, String type) {
    if (pattern.endsWith(".*")) {
      int dot = pattern.length() - 2;
      return type.length() > dot + 1
          && type.charAt(dot) == '.'
          && type.regionMatches(0, pattern, 0, dot);
    }
    return pattern.equals("*") || pattern.equals(type);
  }

  private static boolean shareOne(List<String> wanted, List<String> channels) {
    for (int i = 0; i < channels.size(); i++) {
      if (wanted.contains(channels.get(i))) {
        return true;
      }
    }
    return false;
  }
}
