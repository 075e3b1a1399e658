package dev.posthorn.cidadao;

import dev.posthorn.spi.wire.Header;
import dev.posthorn.spi.wire.RequestSigner;
import dev.posthorn.spi.wire.SigningSecret;
import dev.posthorn.spi.wire.WireFormat;
import java.util.List;
import java.util.Locale;

/**
 * The original's wire format: {@code X-Cidadao-Event}, {@code X-Cidadao-Timestamp}, and, if the
 * webhook has a secret, {@code X-Cidadao-Signature: sha256=} and the HMAC-SHA256 of the body in
 * hex. The secret is any text; its UTF-8 bytes are the key. Of several secrets, only the newest
 * signs.
 *
 * <p>Custom headers may replace {@code User-Agent} and {@code Content-Type}; headers that begin
 * with {@code X-Cidadao-} are omitted.
 */
public final class CidadaoWireFormat implements WireFormat {
  /** The name of this format. */
  public static final String NAME = "cidadao";

  /** The prefix of the headers that only this format sets. */
  static final String RESERVED = "x-cidadao-";

  /** Returns whether only this format may set a header. */
  static boolean reserves(String header) {
    return header.toLowerCase(Locale.ROOT).startsWith(RESERVED);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public RequestSigner signer(List<SigningSecret> secrets, List<Header> headers) {
    return new CidadaoRequestSigner(
        secrets, headers.stream().filter(header -> !reserves(header.name())).toList());
  }

  /** Accepts any text. */
  @Override
  public void check(String secret) {}

  /** Returns an empty string: without a secret, requests are not signed. */
  @Override
  public String generateSecret() {
    return "";
  }

  /** Returns true for 408, 429 and 5xx. */
  @Override
  public boolean retries(int status) {
    return status == 408 || status == 429 || (status >= 500 && status <= 599);
  }
}
