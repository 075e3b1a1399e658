package dev.posthorn.spi.wire;

/**
 * A header that an endpoint's owner wants on every request.
 *
 * @param name its name, as it is to be written
 * @param value its value
 */
public record Header(String name, String value) {
  @Override
  public String toString() {
    return name + ": (hidden)";
  }
}
