package dev.posthorn.transport.http;

import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy that all connections go through: it gets CONNECT with the checked address, for
 * https and http targets alike (RFC 9110, section 9.3.6).
 *
 * @param host the proxy's name or address; the address policy does not apply to it
 * @param port 1 to 65535
 * @param user the user of Basic authentication, or null for none
 * @param password the password; null with no user
 */
public record EgressProxy(String host, int port, @Nullable String user, @Nullable String password) {

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException if the port is out of range, or one of user and password is
   *     missing
   */
  public EgressProxy {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("proxy: the port must be 1 to 65535, not " + port);
    }
    if ((user == null) != (password == null)) {
      throw new IllegalArgumentException("proxy: give both user and password, or neither");
    }
  }

  /** Returns a proxy without authentication. */
  public static EgressProxy at(String host, int port) {
    return new EgressProxy(host, port, null, null);
  }

  /** Names the proxy, without its password. */
  @Override
  public String toString() {
    return "EgressProxy[" + host + ":" + port + "]";
  }
}
