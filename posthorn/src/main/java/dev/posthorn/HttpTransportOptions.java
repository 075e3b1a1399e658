package dev.posthorn;

import dev.posthorn.spi.transport.AddressPolicy;
import dev.posthorn.spi.transport.Resolver;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** How an {@code HttpTransport} is set up. */
public final class HttpTransportOptions {

  private final int loops;
  private final AddressPolicy addresses;
  private final @Nullable Resolver resolver;
  private final @Nullable Path resolvConf;
  private final @Nullable Path trustedCertificates;
  private final @Nullable EgressProxy proxy;
  private final boolean http2;
  private final boolean nativeIo;
  private final int idleMillis;
  private final int connections;
  private final int idleConnections;
  private final int dnsCacheMillis;

  private HttpTransportOptions(Builder builder) {
    this.loops = builder.loops;
    this.addresses = builder.addresses;
    this.resolver = builder.resolver;
    this.resolvConf = builder.resolvConf;
    this.trustedCertificates = builder.trustedCertificates;
    this.proxy = builder.proxy;
    this.http2 = builder.http2;
    this.nativeIo = builder.nativeIo;
    this.idleMillis = builder.idleMillis;
    this.connections = builder.connections;
    this.idleConnections = builder.idleConnections;
    this.dnsCacheMillis = builder.dnsCacheMillis;
  }

  /** Returns the options that suit most: public addresses only, one loop for each processor. */
  public static HttpTransportOptions defaults() {
    return builder().build();
  }

  /** Returns a builder that begins with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that begins with these options. */
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
    builder.idleMillis = idleMillis;
    builder.connections = connections;
    builder.idleConnections = idleConnections;
    builder.dnsCacheMillis = dnsCacheMillis;
    return builder;
  }

  /** Returns the number of event loops. */
  public int loops() {
    return loops;
  }

  /** Returns which addresses may be connected to. */
  public AddressPolicy addresses() {
    return addresses;
  }

  /** Returns what resolves hosts, or null for DNS as the machine is set up for it. */
  public @Nullable Resolver resolver() {
    return resolver;
  }

  /** Returns the file in place of {@code /etc/resolv.conf}, or null for that. */
  public @Nullable Path resolvConf() {
    return resolvConf;
  }

  /** Returns the PEM file of certificates trusted beside the JDK's, or null for none. */
  public @Nullable Path trustedCertificates() {
    return trustedCertificates;
  }

  /** Returns the proxy that all connections go through, or null for none. */
  public @Nullable EgressProxy proxy() {
    return proxy;
  }

  /** Returns whether HTTP/2 is offered to https receivers. */
  public boolean http2() {
    return http2;
  }

  /** Returns whether epoll and BoringSSL are used where the machine has them. */
  public boolean nativeIo() {
    return nativeIo;
  }

  /** Returns for how many milliseconds an idle connection is kept. */
  public int idleMillis() {
    return idleMillis;
  }

  /** Returns how many connections may be open at most, of all loops together. */
  public int connections() {
    return connections;
  }

  /** Returns how many idle connections are kept at most, of all loops together. */
  public int idleConnections() {
    return idleConnections;
  }

  /** Returns for how many milliseconds the addresses of a host are remembered. */
  public int dnsCacheMillis() {
    return dnsCacheMillis;
  }

  /** Collects options; each has a default. */
  public static final class Builder {

    private int loops = Runtime.getRuntime().availableProcessors();
    private AddressPolicy addresses = AddressPolicy.publicOnly();
    private @Nullable Resolver resolver;
    private @Nullable Path resolvConf;
    private @Nullable Path trustedCertificates;
    private @Nullable EgressProxy proxy;
    private boolean http2 = true;
    private boolean nativeIo = true;
    private int idleMillis = 4_000;
    private int connections = Integer.MAX_VALUE;
    private int idleConnections = 10_000;
    private int dnsCacheMillis = 10_000;

    private Builder() {}

    /** Sets the number of event loops; the number of processors unless set. */
    public Builder loops(int loops) {
      this.loops = atLeast(1, "loops", loops);
      return this;
    }

    /** Sets which addresses may be connected to; public ones unless set. */
    public Builder addresses(AddressPolicy addresses) {
      this.addresses = addresses;
      return this;
    }

    /** Sets what resolves hosts; DNS as the machine is set up for it unless set. */
    public Builder resolver(Resolver resolver) {
      this.resolver = resolver;
      return this;
    }

    /**
     * Sets a file in the format of {@code /etc/resolv.conf} that says which name servers are asked,
     * and for what; that file unless set. A name server may have a port: {@code [10.0.0.53]:5353}.
     * It is read again when it changes, and is not used if there is a resolver.
     */
    public Builder resolvConf(Path file) {
      this.resolvConf = file;
      return this;
    }

    /** Sets a PEM file with certificates to trust beside the JDK's. */
    public Builder trustedCertificates(Path pemFile) {
      this.trustedCertificates = pemFile;
      return this;
    }

    /** Sets a proxy that all connections go through. */
    public Builder proxy(EgressProxy proxy) {
      this.proxy = proxy;
      return this;
    }

    /** Sets whether HTTP/2 is offered to https receivers; it is unless set. */
    public Builder http2(boolean http2) {
      this.http2 = http2;
      return this;
    }

    /**
     * Sets whether epoll and BoringSSL are used where the machine has them; they are unless set.
     */
    public Builder nativeIo(boolean nativeIo) {
      this.nativeIo = nativeIo;
      return this;
    }

    /**
     * Sets for how many milliseconds an idle connection is kept; 4,000 unless set, just below the
     * five seconds after which Node.js and Apache httpd close theirs. A receiver that announces a
     * shorter time in a Keep-Alive header is heeded.
     */
    public Builder idleMillis(int idleMillis) {
      this.idleMillis = atLeast(0, "idleMillis", idleMillis);
      return this;
    }

    /**
     * Sets how many connections may be open at most, of all loops together; half of the file
     * descriptors that are free when the transport is opened, unless fewer are set.
     */
    public Builder connections(int connections) {
      this.connections = atLeast(1, "connections", connections);
      return this;
    }

    /**
     * Sets how many idle connections are kept at most, of all loops together; 10,000 unless set.
     * One with TLS counts as four, for the memory that it takes.
     */
    public Builder idleConnections(int idleConnections) {
      this.idleConnections = atLeast(0, "idleConnections", idleConnections);
      return this;
    }

    /** Sets for how many milliseconds the addresses of a host are remembered; 10,000 unless set. */
    public Builder dnsCacheMillis(int dnsCacheMillis) {
      this.dnsCacheMillis = atLeast(0, "dnsCacheMillis", dnsCacheMillis);
      return this;
    }

    /** Returns the options. */
    public HttpTransportOptions build() {
      return new HttpTransportOptions(this);
    }

    private static int atLeast(int min, String name, int value) {
      if (value < min) {
        throw new IllegalArgumentException(name + ": must be at least " + min + ", not " + value);
      }
      return value;
    }
  }
}
