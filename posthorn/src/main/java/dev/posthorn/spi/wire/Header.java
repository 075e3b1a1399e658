package dev.posthorn.spi.wire;

/**
 * A custom header of an endpoint, sent with every request.
 *
 * @param name its name, exactly as sent
 * @param value its value
 */
public record Header(String name, String value) {
  @Override
  public String toString() {
    return name + ": (hidden)";
  }
}
