package dev.posthorn.spi.store.rows;

/**
 * A secret of an endpoint, encrypted.
 *
 * @param endpoint its endpoint
 * @param slot its slot: {@link #SERVER_CA}, {@link #CLIENT_CERTIFICATE}, {@link #HEADERS}, or a
 *     signing secret from {@link #FIRST_SIGNING} up, oldest first
 * @param keyId the id of the key in the key ring that encrypted it
 * @param ciphertext nonce, ciphertext and tag
 * @param expires the time at which it expires, or 0 for never
 */
public record SecretRow(long endpoint, int slot, int keyId, byte[] ciphertext, long expires) {
  /** The slot of the CA certificates trusted for the receiver, as PEM. */
  public static final int SERVER_CA = -2;

  /** The slot of the client certificate with its key, as PEM. */
  public static final int CLIENT_CERTIFICATE = -1;

  /** The slot of the custom headers. */
  public static final int HEADERS = 0;

  /** The first slot of the signing secrets. */
  public static final int FIRST_SIGNING = 1;
}
