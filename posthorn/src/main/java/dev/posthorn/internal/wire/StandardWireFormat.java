package dev.posthorn.internal.wire;

import dev.posthorn.signature.HeaderNames;
import dev.posthorn.signature.Keys;
import dev.posthorn.signature.Signer;
import dev.posthorn.spi.wire.Header;
import dev.posthorn.spi.wire.RequestSigner;
import dev.posthorn.spi.wire.SigningSecret;
import dev.posthorn.spi.wire.WireFormat;
import java.util.List;

/**
 * Standard Webhooks 1.0.0: {@code webhook-id}, {@code webhook-timestamp} and {@code
 * webhook-signature} over {@code id.timestamp.body}, with every secret that has not expired, the
 * newest first.
 *
 * <p>An endpoint's own {@code User-Agent} or {@code Content-Type} replaces the built-in one; its
 * headers that begin with {@code webhook-} or {@code svix-} are omitted.
 */
public final class StandardWireFormat implements WireFormat {
  /** The name of this format. */
  public static final String NAME = "standard";

  private static final String PRIVATE_KEY = "whsk_";
  private static final String USER_AGENT = userAgent();

  private final List<HeaderNames> sets;

  /**
   * Creates the format.
   *
   * @param svixHeaders whether the same values are also sent as {@code svix-*}, for receivers that
   *     migrate
   */
  public StandardWireFormat(boolean svixHeaders) {
    sets =
        svixHeaders ? List.of(HeaderNames.WEBHOOK, HeaderNames.SVIX) : List.of(HeaderNames.WEBHOOK);
  }

  @Override
  public String name() {
    return NAME;
  }

  /**
   * Checks a secret.
   *
   * @throws IllegalArgumentException if it is neither {@code whsec_} (v1) nor {@code whsk_} (v1a)
   */
  @Override
  public void check(String secret) {
    var unused = Signer.of(secret);
  }

  @Override
  public String generateSecret() {
    return Keys.generateSecret();
  }

  /** Returns a {@code whsec_} secret itself, or the {@code whpk_} key of a {@code whsk_} key. */
  @Override
  public String verificationKey(String secret) {
    return secret.startsWith(PRIVATE_KEY) ? Keys.publicKeyOf(secret) : secret;
  }

  /**
   * Returns a signer for one endpoint's requests.
   *
   * @throws IllegalArgumentException as {@link #check} does, and if every secret expires, since
   *     requests would be unsigned after that
   */
  @Override
  public RequestSigner signer(List<SigningSecret> secrets, List<Header> headers) {
    return new StandardRequestSigner(secrets, headers, sets, USER_AGENT);
  }

  /** Returns the User-Agent, with the version if the jar's manifest has it. */
  private static String userAgent() {
    String version = StandardWireFormat.class.getPackage().getImplementationVersion();
    return version == null ? "Posthorn" : "Posthorn/" + version;
  }
}
