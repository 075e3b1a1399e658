package dev.posthorn.spi.wire;

import java.util.List;

/** Frames and signs messages to endpoints. Stateless and thread-safe. */
public interface WireFormat {

  /** Returns the name by which endpoints select it, such as {@code standard}. */
  String name();

  /**
   * Returns a signer for one endpoint's requests.
   *
   * @param secrets its signing secrets, oldest first
   * @param headers its custom headers, already checked
   * @throws IllegalArgumentException if a secret is invalid in this format; the message does not
   *     contain the secret
   */
  RequestSigner signer(List<SigningSecret> secrets, List<Header> headers);

  /**
   * Checks a secret.
   *
   * @throws IllegalArgumentException if it is invalid in this format
   */
  void check(String secret);

  /**
   * Returns a new secret for an endpoint created without one, or an empty string if it needs none.
   */
  String generateSecret();

  /**
   * Returns the key with which receivers verify: the secret itself if both sides share it, or the
   * public key if the secret stays with the sender. This key is shown wherever a secret is.
   */
  default String verificationKey(String secret) {
    return secret;
  }

  /**
   * Returns whether an answer with this status, which is neither 2xx nor 410, warrants another
   * attempt.
   */
  default boolean retries(int status) {
    return true;
  }
}
