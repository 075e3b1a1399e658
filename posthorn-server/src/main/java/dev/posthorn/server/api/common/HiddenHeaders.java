package dev.posthorn.server.api.common;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.transport.HttpTarget;
import dev.posthorn.spi.wire.Header;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;

/** Custom headers with credentials, whose values are sent to receivers but never shown. */
public final class HiddenHeaders {
  private static final Set<String> NAMES =
      Set.of(
          "authorization",
          "proxy-authorization",
          "proxy-authenticate",
          "www-authenticate",
          "cookie",
          "x-auth-token",
          "x-api-key");

  private HiddenHeaders() {}

  /** Returns whether the value of a header is hidden. */
  public static boolean isHidden(String name) {
    return NAMES.contains(name.toLowerCase(Locale.ROOT));
  }

  /**
   * Throws CONFLICT if a change would send hidden headers to another origin, where a customer could
   * read them.
   */
  public static void requireSameOrigin(
      EndpointRow before, EndpointRow after, Supplier<List<Header>> headers) {
    if (origin(before.url()).equals(origin(after.url()))) {
      return;
    }
    List<String> hidden =
        headers.get().stream().map(Header::name).filter(HiddenHeaders::isHidden).toList();
    if (!hidden.isEmpty()) {
      throw new PosthornException(
          Reason.CONFLICT,
          "url: hidden headers ("
              + String.join(", ", hidden)
              + ") of this endpoint cannot be sent to another scheme, host or port; remove them"
              + " first, then change the url and set them again");
    }
  }

  private static String origin(String url) {
    HttpTarget target = HttpTarget.parse(url);
    return (target.tls() ? "https://" : "http://") + target.authority();
  }
}
