package dev.posthorn.wire;

import dev.posthorn.signature.HeaderNames;
import dev.posthorn.signature.Keys;
import dev.posthorn.signature.Signer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Standard Webhooks 1.0.0: {@code webhook-id}, {@code webhook-timestamp} and {@code
 * webhook-signature} over {@code id.timestamp.body}, with every secret that has not expired, the
 * newest first.
 */
public final class StandardWireFormat implements WireFormat {
  /** The name of this format. */
  public static final String NAME = "standard";

  private static final String USER_AGENT = "Posthorn";

  private final boolean alsoSvix;

  /**
   * Creates the format.
   *
   * @param alsoSvix whether the same values are also sent as {@code svix-*}, for receivers that
   *     migrate
   */
  public StandardWireFormat(boolean alsoSvix) {
    this.alsoSvix = alsoSvix;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void check(String secret) {
    var unused = Signer.of(secret);
  }

  @Override
  public String generateSecret() {
    return Keys.generateSecret();
  }

  @Override
  public Framer framer(List<SigningSecret> secrets, List<Header> headers) {
    return new StandardFramer(secrets, headers);
  }

  private final class StandardFramer implements Framer {
    private final List<Signer> signers = new ArrayList<>();
    private final List<Long> expiries = new ArrayList<>();
    private final List<Header> custom;
    private final boolean ownUserAgent;
    private final boolean ownContentType;
    private final boolean costly;

    StandardFramer(List<SigningSecret> secrets, List<Header> headers) {
      boolean asymmetric = false;
      for (SigningSecret secret : secrets.reversed()) {
        signers.add(Signer.of(secret.secret()));
        expiries.add(secret.expires());
        asymmetric |= secret.secret().startsWith("whsk_");
      }
      costly = asymmetric;
      custom = headers.stream().filter(header -> !isReserved(header.name())).toList();
      ownUserAgent = has("user-agent");
      ownContentType = has("content-type");
    }

    private boolean has(String name) {
      return custom.stream().anyMatch(header -> header.name().equalsIgnoreCase(name));
    }

    @Override
    public boolean costly() {
      return costly;
    }

    @Override
    public String[] headers(String id, String type, String contentType, long millis, byte[] body) {
      int signed = alsoSvix ? 6 : 3;
      int builtIn = signed + (ownUserAgent ? 0 : 1) + (ownContentType ? 0 : 1);
      String[] out = new String[2 * (builtIn + custom.size())];
      String timestamp = Long.toString(millis / 1_000);
      String signature = signature(id, millis, body);
      int at = put(out, 0, HeaderNames.WEBHOOK, id, timestamp, signature);
      if (alsoSvix) {
        at = put(out, at, HeaderNames.SVIX, id, timestamp, signature);
      }
      if (!ownContentType) {
        out[at++] = "content-type";
        out[at++] = contentType;
      }
      if (!ownUserAgent) {
        out[at++] = "user-agent";
        out[at++] = USER_AGENT;
      }
      for (Header header : custom) {
        out[at++] = header.name();
        out[at++] = header.value();
      }
      return out;
    }

    private static int put(
        String[] out, int at, HeaderNames names, String id, String timestamp, String signature) {
      out[at] = names.id();
      out[at + 1] = id;
      out[at + 2] = names.timestamp();
      out[at + 3] = timestamp;
      out[at + 4] = names.signature();
      out[at + 5] = signature;
      return at + 6;
    }

    private String signature(String id, long millis, byte[] body) {
      long seconds = millis / 1_000;
      StringBuilder all = null;
      String first = "";
      for (int i = 0; i < signers.size(); i++) {
        long expires = expiries.get(i);
        if (expires != 0 && expires <= millis) {
          continue;
        }
        String one = signers.get(i).sign(id, seconds, body);
        if (first.isEmpty()) {
          first = one;
        } else {
          all = (all == null ? new StringBuilder(first) : all).append(' ').append(one);
        }
      }
      return all == null ? first : all.toString();
    }
  }

  private static boolean isReserved(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.startsWith("webhook-") || lower.startsWith("svix-");
  }
}
