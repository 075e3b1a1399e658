package dev.posthorn.spi.transport;

/** Reason for a failed exchange: a closed set, so that each can be counted, shown and tested. */
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

  /** The address policy refuses an address of the host. */
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
   * A phase, or the whole exchange, took longer than its limit.
   *
   * @param phase the phase that did
   */
  record Timeout(Phase phase) implements ErrorClass {
    @Override
    public String code() {
      return phase.code();
    }
  }

  /** The response violates the HTTP RFCs, or its headers exceed the limit. */
  record Protocol() implements ErrorClass {
    @Override
    public String code() {
      return "protocol";
    }
  }

  /** The response's body is larger than the part that is read; the status counts nevertheless. */
  record BodyTooLarge() implements ErrorClass {
    @Override
    public String code() {
      return "body_too_large";
    }
  }

  /**
   * This process was short of a resource, so there was no exchange. This is never the receiver's
   * fault: no attempt is spent, and nothing counts against the endpoint.
   *
   * @param resource the exhausted resource
   */
  record OwnShortage(Resource resource) implements ErrorClass {
    @Override
    public String code() {
      return "short_of_" + resource.code();
    }
  }

  /** Resource of this process that can run out. */
  enum Resource {
    /** Connections, or streams of shared connections. */
    CONNECTIONS("connections"),
    /** Slots for DNS lookups. */
    LOOKUPS("lookups"),
    /** File descriptors or buffers of the operating system. */
    DESCRIPTORS("descriptors"),
    /** Threads for expensive work, such as signatures with large keys. */
    WORKERS("workers"),
    /** Memory. */
    MEMORY("memory"),
    /** The transport, which is being closed. */
    TRANSPORT("transport"),
    /** The lease of the store, without which nothing may be sent. */
    LEASE("lease");

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
