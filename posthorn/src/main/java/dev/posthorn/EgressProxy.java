package dev.posthorn;

import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy that all connections go through: it gets CONNECT for https and http targets alike
 * (RFC 9110, section 9.3.6), with the checked address of the host; or with its name, if the proxy
 * {@linkplain #resolvingNames resolves names}.
 *
 * @param host the proxy's name or address; the address policy does not apply to it
 * @param port 1 to 65535
 * @param user the user of Basic authentication, or null for none
 * @param password the password; null with no user
 * @param resolvesNames whether the proxy gets names and resolves them, and not addresses
 */
public record EgressProxy(
    String host,
    int port,
    @Nullable String user,
    @Nullable String password,
    boolean resolvesNames) {

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

  /** Creates a proxy that gets addresses. */
  public EgressProxy(String host, int port, @Nullable String user, @Nullable String password) {
    this(host, port, user, password, false);
  }

  /** Returns a proxy without authentication. */
  public static EgressProxy at(String host, int port) {
    return new EgressProxy(host, port, null, null);
  }

  /**
   * Returns this proxy as one that gets the names of hosts, for networks in which only the proxy
   * can resolve names, or decides by name what may be reached.
   *
   * <p>Which addresses a name leads to is not known here then, so that the address policy holds for
   * hosts that are addresses, and for {@code localhost}, alone: the proxy must refuse connections
   * to private addresses itself.
   */
  public EgressProxy resolvingNames() {
    return new EgressProxy(host, port, user, password, true);
  }

  /** Names the proxy, without its password. */
  @Override
  public String toString() {
    return "EgressProxy[" + host + ":" + port + "]";
  }
}
