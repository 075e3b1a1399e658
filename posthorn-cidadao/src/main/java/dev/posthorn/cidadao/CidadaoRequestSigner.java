package dev.posthorn.cidadao;

import dev.posthorn.spi.wire.Header;
import dev.posthorn.spi.wire.RequestSigner;
import dev.posthorn.spi.wire.SigningSecret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Produces the headers of one webhook's requests. Used by one thread at a time. */
final class CidadaoRequestSigner implements RequestSigner {
  private static final String ALGORITHM = "HmacSHA256";
  private static final String USER_AGENT = "Cidadao.AI/1.0";

  private final List<Key> keys = new ArrayList<>(); // newest first
  private final List<Header> custom;
  private final boolean ownUserAgent;
  private final boolean ownContentType;

  private record Key(Mac mac, long expires) {}

  /**
   * Creates a signer.
   *
   * @param secrets the secrets, oldest first; empty ones are ignored
   * @param custom the custom headers, without those that only this format sets
   */
  public CidadaoRequestSigner(List<SigningSecret> secrets, List<Header> custom) {
    for (SigningSecret secret : secrets.reversed()) {
      if (!secret.secret().isEmpty()) {
        keys.add(new Key(mac(secret.secret()), secret.expires()));
      }
    }
    this.custom = List.copyOf(custom);
    this.ownUserAgent = has("user-agent");
    this.ownContentType = has("content-type");
  }

  private boolean has(String name) {
    return custom.stream().anyMatch(header -> header.name().equalsIgnoreCase(name));
  }

  private static Mac mac(String secret) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(ALGORITHM + " is not available in this Java runtime", e);
    }
  }

  @Override
  public String[] headers(String id, String type, String contentType, long millis, byte[] body) {
    List<String> out = new ArrayList<>(10 + 2 * custom.size());
    if (!ownContentType) {
      put(out, "Content-Type", contentType);
    }
    if (!ownUserAgent) {
      put(out, "User-Agent", USER_AGENT);
    }
    put(out, "X-Cidadao-Event", type);
    put(out, "X-Cidadao-Timestamp", timestamp(type, millis, body));
    Mac mac = key(millis);
    if (mac != null) {
      put(out, "X-Cidadao-Signature", "sha256=" + HexFormat.of().formatHex(mac.doFinal(body)));
    }
    for (Header header : custom) {
      put(out, header.name(), header.value());
    }
    return out.toArray(String[]::new);
  }

  private static void put(List<String> out, String name, String value) {
    out.add(name);
    out.add(value);
  }

  private @Nullable Mac key(long millis) {
    for (Key key : keys) {
      if (key.expires == 0 || key.expires > millis) {
        return key.mac;
      }
    }
    return null;
  }

  /**
   * Returns the payload's own timestamp, the same for every attempt, or the attempt's if it has
   * none.
   */
  private static String timestamp(String type, long millis, byte[] body) {
    byte[] start =
        ("{\"event\":\"" + type + "\",\"timestamp\":\"").getBytes(StandardCharsets.UTF_8);
    if (body.length > start.length
        && Arrays.equals(body, 0, start.length, start, 0, start.length)) {
      for (int end = start.length; end < body.length; end++) {
        if (body[end] == '"') {
          return new String(body, start.length, end - start.length, StandardCharsets.US_ASCII);
        }
      }
    }
    return Timestamps.iso(Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC));
  }
}
