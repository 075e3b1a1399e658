package dev.posthorn;

import dev.posthorn.internal.api.Checks;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy that all connections go through. Immutable.
 *
 * <p>It gets CONNECT for https and http targets alike (RFC 9110, section 9.3.6), with the checked
 * address of the host; or with the name of the host if the proxy {@linkplain Builder#resolveNames
 * resolves names}.
 */
public final class EgressProxy {
  private final String host;
  private final int port;
  private final @Nullable String user;
  private final @Nullable String password;
  private final boolean resolveNames;

  private EgressProxy(Builder builder) {
    this.host = builder.host;
    this.port = builder.port;
    this.user = builder.user;
    this.password = builder.password;
    this.resolveNames = builder.resolveNames;
  }

  /**
   * Returns a builder for a proxy.
   *
   * @param host the proxy's name or address; the address policy does not apply to it
   * @param port 1 to 65535
   * @throws PosthornException with INVALID if the host is null or the port is out of range
   */
  public static Builder builder(String host, int port) {
    return new Builder(host, port);
  }

  /** Returns a proxy without authentication that gets addresses; see {@link #builder}. */
  public static EgressProxy of(String host, int port) {
    return builder(host, port).build();
  }

  /** Returns a builder that starts with this proxy. */
  public Builder toBuilder() {
    Builder builder = new Builder(host, port);
    builder.user = user;
    builder.password = password;
    builder.resolveNames = resolveNames;
    return builder;
  }

  /** Returns the name or address of the proxy. */
  public String host() {
    return host;
  }

  /** Returns the port of the proxy. */
  public int port() {
    return port;
  }

  /** Returns the user of Basic authentication, or null for none. */
  public @Nullable String user() {
    return user;
  }

  /** Returns the password, or null without a user. Keep it secret. */
  public @Nullable String password() {
    return password;
  }

  /** Returns whether the proxy gets the names of hosts, and not their addresses. */
  public boolean resolveNames() {
    return resolveNames;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EgressProxy that
        && host.equals(that.host)
        && port == that.port
        && Objects.equals(user, that.user)
        && Objects.equals(password, that.password)
        && resolveNames == that.resolveNames;
  }

  @Override
  public int hashCode() {
    return Objects.hash(host, port, user, password, resolveNames);
  }

  /** Returns host and port, without user and password. */
  @Override
  public String toString() {
    return "EgressProxy[" + host + ":" + port + "]";
  }

  /** A builder of {@link EgressProxy}. Not thread-safe. */
  public static final class Builder {
    private final String host;
    private final int port;
    private @Nullable String user;
    private @Nullable String password;
    private boolean resolveNames;

    private Builder(String host, int port) {
      if (port < 1 || port > 65535) {
        throw PosthornException.invalid("proxy", "the port must be 1 to 65535, but is " + port);
      }
      this.host = Checks.present("proxy", host);
      this.port = port;
    }

    /** Sets user and password of Basic authentication. */
    public Builder credentials(String user, String password) {
      this.user = Checks.present("proxy", user);
      this.password = Checks.present("proxy", password);
      return this;
    }

    /**
     * Sets whether the proxy gets the names of hosts, for networks in which only the proxy can
     * resolve names, or decides by name which hosts may be reached.
     *
     * <p>Posthorn does not know the addresses then. It checks hosts that are addresses, and {@code
     * localhost}, but the proxy itself must refuse connections to private addresses.
     */
    public Builder resolveNames(boolean byProxy) {
      this.resolveNames = byProxy;
      return this;
    }

    /** Returns the proxy. */
    public EgressProxy build() {
      return new EgressProxy(this);
    }
  }
}
