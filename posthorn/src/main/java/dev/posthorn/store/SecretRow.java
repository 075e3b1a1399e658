package dev.posthorn.store;

/**
 * A secret of an endpoint, encrypted.
 *
 * @param endpoint whose it is
 * @param slot which of its secrets: {@link #HEADERS}, or a signing secret from {@link
 *     #FIRST_SIGNING} up, oldest first
 * @param keyId the key of the key ring that it is encrypted with
 * @param ciphertext nonce, ciphertext and tag
 * @param expires until when it counts, or 0 for no end
 */
public record SecretRow(long endpoint, int slot, int keyId, byte[] ciphertext, long expires) {
  /** The slot of the custom headers. */
  public static final int HEADERS = 0;

  /** The first slot of the signing secrets. */
  public static final int FIRST_SIGNING = 1;
}
