package dev.posthorn.spi.transport;

/** Why an exchange failed: a closed set, so that each can be counted, shown and tested. */
public sealed interface ErrorClass {

  /** Returns the stable name for storage, metrics and APIs, such as {@code timeout_connect}. */
  String code();

  /** The host name could not be resolved. */
  record Dns() implements ErrorClass {
    @Override
    public String code() {
      return "dns";
    }
  }

  /** An address that the host resolved to is not allowed by the address policy. */
  record RefusedAddress() implements ErrorClass {
    @Override
    public String code() {
      return "refused_address";
    }
  }

  /** The connection could not be made, or broke before a response. */
  record Connect() implements ErrorClass {
    @Override
    public String code() {
      return "connect";
    }
  }

  /** The TLS handshake failed: certificate, name or protocol. */
  record Tls() implements ErrorClass {
    @Override
    public String code() {
      return "tls";
    }
  }

  /**
   * A phase, or the whole, took longer than its limit.
   *
   * @param phase the one that did
   */
  record Timeout(Phase phase) implements ErrorClass {
    @Override
    public String code() {
      return phase.code();
    }
  }

  /** What came is not HTTP as the RFCs have it, or its headers are over the limit. */
  record Protocol() implements ErrorClass {
    @Override
    public String code() {
      return "protocol";
    }
  }

  /** The response's body is larger than is read; the status counts all the same. */
  record BodyTooLarge() implements ErrorClass {
    @Override
    public String code() {
      return "body_too_large";
    }
  }

  /**
   * This process was short of something, so there was no exchange. That is never the receiver's
   * failure: no attempt is spent, and nothing is counted against the endpoint.
   *
   * @param resource what it was short of
   */
  record OwnShortage(Resource resource) implements ErrorClass {
    @Override
    public String code() {
      return "short_of_" + resource.code();
    }
  }

  /** What this process can be short of. */
  enum Resource {
    /** Connections, or streams of connections that are shared. */
    CONNECTIONS("connections"),
    /** Places for DNS look-ups. */
    LOOKUPS("lookups"),
    /** File descriptors or buffers of the operating system. */
    DESCRIPTORS("descriptors"),
    /** Threads for what takes long, such as signatures with large keys. */
    WORKERS("workers"),
    /** Memory. */
    MEMORY("memory"),
    /** A transport: it is being closed. */
    TRANSPORT("transport");

    private final String code;

    Resource(String code) {
      this.code = code;
    }

    /** Returns the stable name. */
    public String code() {
      return code;
    }
  }

  /** A phase of an exchange. */
  enum Phase {
    /** Resolving the host name. */
    DNS("timeout_dns"),
    /** Waiting for a free connection of the endpoint, then connecting. */
    CONNECT("timeout_connect"),
    /** The TLS handshake. */
    TLS("timeout_tls"),
    /** Waiting for the response's headers. */
    FIRST_BYTE("timeout_first_byte"),
    /** Reading the response's body. */
    BODY("timeout_body");

    private final String code;

    Phase(String code) {
      this.code = code;
    }

    /** Returns the stable name. */
    public String code() {
      return code;
    }
  }
}
