package dev.posthorn.spi.wire;

/**
 * A secret that signs requests.
 *
 * @param secret its text form, such as {@code whsec_…}
 * @param expires the time from which it no longer signs, in wall time milliseconds; 0 for never
 */
public record SigningSecret(String secret, long expires) {
  /**
   * The maximum number of active secrets per endpoint, as many as ten rotations leave: each adds a
   * signature over the payload.
   */
  public static final int MOST = 11;

  @Override
  public String toString() {
    return "SigningSecret[hidden]";
  }
}
