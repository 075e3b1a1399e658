package dev.posthorn.internal.wire;

import dev.posthorn.signature.HeaderNames;
import dev.posthorn.signature.Signer;
import dev.posthorn.spi.wire.Header;
import dev.posthorn.spi.wire.RequestSigner;
import dev.posthorn.spi.wire.SigningSecret;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * Signs one endpoint's requests according to Standard Webhooks. The constant parts of the headers
 * are prepared once. Immutable, so that several workers may sign with it at the same time.
 */
final class StandardRequestSigner implements RequestSigner {

  /** A parsed secret, and the time from which it no longer signs (0 for never). */
  private record Key(Signer signer, long expires) {}

  /** Prefix of the signing keys of v1a; Ed25519 takes several hundred times as long as HMAC. */
  private static final String SLOW_KEY = "whsk_";

  /** Maximum number of bytes signed on a loop, which takes about a tenth of a millisecond. */
  private static final int SIGNED_AT_ONCE = 64 * 1024;

  private final Key[] keys;
  private final boolean hasSlowKey;

  /** The headers, with gaps for the values of an attempt. */
  private final String[] layout;

  private final int signedSets;

  /** Index of the media type, or -1 if the endpoint's own header replaces it. */
  private final int contentTypeAt;

  StandardRequestSigner(
      List<SigningSecret> secrets, List<Header> headers, List<HeaderNames> sets, String userAgent) {
    if (secrets.stream().noneMatch(secret -> secret.expires() == 0)) {
      throw new IllegalArgumentException(
          "secrets: at least one must never expire, or requests would go out unsigned; add one");
    }
    keys =
        secrets.reversed().stream()
            .map(secret -> new Key(Signer.of(secret.secret()), secret.expires()))
            .toArray(Key[]::new);
    hasSlowKey = secrets.stream().anyMatch(secret -> secret.secret().startsWith(SLOW_KEY));
    signedSets = sets.size();
    List<Header> custom = headers.stream().filter(header -> !isSigned(header.name())).toList();
    List<String> parts = new ArrayList<>();
    for (HeaderNames set : sets) {
      parts.addAll(List.of(set.id(), "", set.timestamp(), "", set.signature(), ""));
    }
    if (has(custom, "content-type")) {
      contentTypeAt = -1;
    } else {
      contentTypeAt = parts.size() + 1;
      parts.addAll(List.of("content-type", ""));
    }
    if (!has(custom, "user-agent")) {
      parts.addAll(List.of("user-agent", userAgent));
    }
    custom.forEach(header -> parts.addAll(List.of(header.name(), header.value())));
    layout = parts.toArray(String[]::new);
  }

  private static boolean isSigned(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.startsWith("webhook-") || lower.startsWith("svix-");
  }

  private static boolean has(List<Header> headers, String name) {
    return headers.stream().anyMatch(header -> header.name().equalsIgnoreCase(name));
  }

  @Override
  public boolean isBlocking(int bytes) {
    return hasSlowKey || (long) bytes * keys.length > SIGNED_AT_ONCE;
  }

  @Override
  public String[] headers(String id, String type, String contentType, long millis, byte[] body) {
    long seconds = millis / 1_000;
    String timestamp = Long.toString(seconds);
    String signature = sign(id, seconds, millis, body);
    String[] out = layout.clone();
    for (int at = 0; at < 6 * signedSets; at += 6) {
      out[at + 1] = id;
      out[at + 3] = timestamp;
      out[at + 5] = signature;
    }
    if (contentTypeAt >= 0) {
      out[contentTypeAt] = contentType;
    }
    return out;
  }

  private String sign(String id, long seconds, long millis, byte[] body) {
    if (keys.length == 1) {
      return keys[0].signer().sign(id, seconds, body);
    }
    StringJoiner signatures = new StringJoiner(" ");
    for (Key key : keys) {
      if (key.expires() == 0 || millis < key.expires()) {
        signatures.add(key.signer().sign(id, seconds, body));
      }
    }
    return signatures.toString();
  }
}
