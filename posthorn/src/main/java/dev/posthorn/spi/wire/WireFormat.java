package dev.posthorn.spi.wire;

import java.util.List;

/** How messages to an endpoint are framed and signed. Stateless and thread-safe. */
public interface WireFormat {

  /** Returns the name that endpoints choose it by, such as {@code standard}. */
  String name();

  /**
   * Returns what frames one endpoint's requests.
   *
   * @param secrets its signing secrets, oldest first
   * @param headers its custom headers, already checked
   * @throws IllegalArgumentException if a secret is not one of this format; the message does not
   *     hold it
   */
  RequestSigner framer(List<SigningSecret> secrets, List<Header> headers);

  /** Checks a secret; throws {@link IllegalArgumentException} if it is not one of this format. */
  void check(String secret);

  /**
   * Returns a new secret for an endpoint that was given none, or an empty string if it needs none.
   */
  String generateSecret();

  /**
   * Returns the key that receivers verify with: the secret itself if the two sides share it, or the
   * public key of one that stays with the sender. Whoever is shown a secret is shown this.
   */
  default String verificationKey(String secret) {
    return secret;
  }

  /**
   * Returns whether an answer with this status, which is neither 2xx nor 410, is worth another
   * attempt.
   */
  default boolean retries(int status) {
    return true;
  }
}
