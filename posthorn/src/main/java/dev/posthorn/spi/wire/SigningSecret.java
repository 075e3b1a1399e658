package dev.posthorn.spi.wire;

/**
 * A secret that requests are signed with.
 *
 * @param secret its text form, such as {@code whsec_…}
 * @param expires from when it no longer signs, in wall time milliseconds; 0 for no end
 */
public record SigningSecret(String secret, long expires) {
  /**
   * How many secrets of an endpoint sign, as many as ten rotations leave: each is a signature of
   * its own over the payload.
   */
  public static final int MOST = 11;

  @Override
  public String toString() {
    return "SigningSecret[hidden]";
  }
}
