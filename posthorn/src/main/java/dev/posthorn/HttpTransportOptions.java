package dev.posthorn;

import dev.posthorn.spi.transport.AddressPolicy;
import dev.posthorn.spi.transport.Resolver;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Options of the HTTP transport. Immutable. */
public final class HttpTransportOptions {

  private final int loops;
  private final AddressPolicy addresses;
  private final @Nullable Resolver resolver;
  private final @Nullable Path resolvConf;
  private final @Nullable Path trustedCertificates;
  private final @Nullable EgressProxy proxy;
  private final boolean http2;
  private final boolean nativeIo;
  private final Duration idleTimeout;
  private final int maxConnections;
  private final int maxIdleConnections;
  private final Duration dnsCacheTime;

  private HttpTransportOptions(Builder builder) {
    this.loops = builder.loops;
    this.addresses = builder.addresses;
    this.resolver = builder.resolver;
    this.resolvConf = builder.resolvConf;
    this.trustedCertificates = builder.trustedCertificates;
    this.proxy = builder.proxy;
    this.http2 = builder.http2;
    this.nativeIo = builder.nativeIo;
    this.idleTimeout = builder.idleTimeout;
    this.maxConnections = builder.maxConnections;
    this.maxIdleConnections = builder.maxIdleConnections;
    this.dnsCacheTime = builder.dnsCacheTime;
  }

  /** Returns the options that suit most users: public addresses only, one loop per processor. */
  public static HttpTransportOptions defaults() {
    return builder().build();
  }

  /** Returns a builder that starts from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that starts from these options. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.loops = loops;
    builder.addresses = addresses;
    builder.resolver = resolver;
    builder.resolvConf = resolvConf;
    builder.trustedCertificates = trustedCertificates;
    builder.proxy = proxy;
    builder.http2 = http2;
    builder.nativeIo = nativeIo;
    builder.idleTimeout = idleTimeout;
    builder.maxConnections = maxConnections;
    builder.maxIdleConnections = maxIdleConnections;
    builder.dnsCacheTime = dnsCacheTime;
    return builder;
  }

  /** Returns the number of event loops. */
  public int loops() {
    return loops;
  }

  /** Returns the policy for addresses of receivers. */
  public AddressPolicy addresses() {
    return addresses;
  }

  /** Returns the resolver of host names, or null for the DNS of the machine. */
  public @Nullable Resolver resolver() {
    return resolver;
  }

  /** Returns the file that replaces {@code /etc/resolv.conf}, or null for none. */
  public @Nullable Path resolvConf() {
    return resolvConf;
  }

  /** Returns the PEM file of certificates that are trusted besides those of the JDK, or null. */
  public @Nullable Path trustedCertificates() {
    return trustedCertificates;
  }

  /** Returns the proxy of all connections, or null for none. */
  public @Nullable EgressProxy proxy() {
    return proxy;
  }

  /** Returns whether the transport offers HTTP/2 to https receivers. */
  public boolean http2() {
    return http2;
  }

  /** Returns whether the transport uses epoll and BoringSSL where available. */
  public boolean nativeIo() {
    return nativeIo;
  }

  /** Returns the time after which an idle connection is closed. */
  public Duration idleTimeout() {
    return idleTimeout;
  }

  /** Returns the maximum number of open connections, over all loops. */
  public int maxConnections() {
    return maxConnections;
  }

  /** Returns the maximum number of idle connections, over all loops. */
  public int maxIdleConnections() {
    return maxIdleConnections;
  }

  /** Returns the time for which the addresses of a host are cached. */
  public Duration dnsCacheTime() {
    return dnsCacheTime;
  }

  /** A builder of {@link HttpTransportOptions}; each option has a default. Not thread-safe. */
  public static final class Builder {
    private static final Duration YEAR = Duration.ofDays(366);

    private int loops = Runtime.getRuntime().availableProcessors();
    private AddressPolicy addresses = AddressPolicy.publicOnly();
    private @Nullable Resolver resolver;
    private @Nullable Path resolvConf;
    private @Nullable Path trustedCertificates;
    private @Nullable EgressProxy proxy;
    private boolean http2 = true;
    private boolean nativeIo = true;
    private Duration idleTimeout = Duration.ofSeconds(4);
    private int maxConnections = Integer.MAX_VALUE;
    private int maxIdleConnections = 10_000;
    private Duration dnsCacheTime = Duration.ofSeconds(10);

    private Builder() {}

    /** Sets the number of event loops; by default the number of processors. */
    public Builder loops(int loops) {
      this.loops = atLeast(1, "loops", loops);
      return this;
    }

    /** Sets the policy for addresses of receivers; by default only public ones are allowed. */
    public Builder addresses(AddressPolicy addresses) {
      this.addresses = addresses;
      return this;
    }

    /** Sets the resolver of host names; by default the DNS of the machine. */
    public Builder resolver(Resolver resolver) {
      this.resolver = resolver;
      return this;
    }

    /**
     * Sets a file that replaces {@code /etc/resolv.conf}, in the same format. A name server may
     * have a port: {@code [10.0.0.53]:5353}. The file is read again when it changes, and ignored if
     * there is a resolver.
     */
    public Builder resolvConf(Path file) {
      this.resolvConf = file;
      return this;
    }

    /** Sets a PEM file of certificates to trust besides those of the JDK. */
    public Builder trustedCertificates(Path pemFile) {
      this.trustedCertificates = pemFile;
      return this;
    }

    /** Sets the proxy of all connections. */
    public Builder proxy(EgressProxy proxy) {
      this.proxy = proxy;
      return this;
    }

    /** Sets whether HTTP/2 is offered to https receivers; by default it is. */
    public Builder http2(boolean http2) {
      this.http2 = http2;
      return this;
    }

    /** Sets whether epoll and BoringSSL are used if the machine has them; by default they are. */
    public Builder nativeIo(boolean nativeIo) {
      this.nativeIo = nativeIo;
      return this;
    }

    /**
     * Sets the time after which an idle connection is closed; by default 4 s, just below the five
     * seconds after which Node.js and Apache httpd close theirs. A shorter time in the Keep-Alive
     * header of a receiver takes precedence.
     */
    public Builder idleTimeout(Duration time) {
      this.idleTimeout = upToYear("idleTimeout", time);
      return this;
    }

    /**
     * Sets the maximum number of open connections, over all loops. There are never more than half
     * as many as there are free file descriptors when the transport is opened.
     */
    public Builder maxConnections(int maxConnections) {
      this.maxConnections = atLeast(1, "maxConnections", maxConnections);
      return this;
    }

    /**
     * Sets the maximum number of idle connections, over all loops; by default 10,000. A connection
     * with TLS counts as four, for the memory that it takes.
     */
    public Builder maxIdleConnections(int maxIdleConnections) {
      this.maxIdleConnections = atLeast(0, "maxIdleConnections", maxIdleConnections);
      return this;
    }

    /** Sets the time for which the addresses of a host are cached; by default 10 s. */
    public Builder dnsCacheTime(Duration time) {
      this.dnsCacheTime = upToYear("dnsCacheTime", time);
      return this;
    }

    /** Returns the options. */
    public HttpTransportOptions build() {
      return new HttpTransportOptions(this);
    }

    private static Duration upToYear(String name, Duration time) {
      if (time.isNegative() || time.compareTo(YEAR) > 0) {
        throw new IllegalArgumentException(name + ": must be zero to " + YEAR + ", not " + time);
      }
      return time;
    }

    private static int atLeast(int min, String name, int value) {
      if (value < min) {
        throw new IllegalArgumentException(name + ": must be at least " + min + ", not " + value);
      }
      return value;
    }
  }
}
