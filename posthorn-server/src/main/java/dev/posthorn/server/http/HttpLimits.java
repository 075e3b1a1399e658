package dev.posthorn.server.http;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits on the resources that clients may use.
 *
 * @param bodyBytes the largest body
 * @param headerBytes the largest request head
 * @param bodyMillis how long a body may take to arrive
 * @param idleMillis how long a connection may go without completing the head of a request
 * @param writeMillis how long a client may go without reading anything of its answer
 * @param connections how many connections are kept at the same time
 * @param connectionsPerAddress how many of them one client address may have; 0 for no limit
 * @param heldBytes how many bytes of bodies and answers are in memory at the same time
 * @param documents how many large documents are read at the same time
 * @param stillMillis how long a connection must make no progress before another connection of the
 *     same client displaces it
 */
public record HttpLimits(
    int bodyBytes,
    int headerBytes,
    long bodyMillis,
    long idleMillis,
    long writeMillis,
    int connections,
    int connectionsPerAddress,
    long heldBytes,
    int documents,
    long stillMillis) {
  private static final Logger LOG = LoggerFactory.getLogger(HttpLimits.class);
  private static final long LEAST_HELD = 16 << 20;
  private static final long HEAP_OF_DOCUMENT = 400 << 20;
  private static final int MOST_DOCUMENTS = 4;
  private static final long STILL_MILLIS = 1_000;

  /**
   * 2 MiB, 16 KiB, 30 s, 75 s, 30 s, 10,000 connections, 1,000 of an address; large documents by
   * the size of the heap, and a second without progress.
   */
  public static final HttpLimits DEFAULT =
      new HttpLimits(
          2 << 20,
          16 << 10,
          30_000,
          75_000,
          30_000,
          10_000,
          1_000,
          heldByHeap(),
          documentsByHeap(),
          STILL_MILLIS);

  /** Returns a builder that begins with these limits. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Returns these limits with no more connections than the process can have. */
  public HttpLimits fitting(int most) {
    if (most >= connections) {
      return this;
    }
    LOG.warn(
        "Cut connections to the API from {} to {}: a quarter of the free file descriptors; raise"
            + " the limit of the process (ulimit -n, LimitNOFILE)",
        connections,
        most);
    return toBuilder()
        .connections(most)
        .connectionsPerAddress(Math.min(connectionsPerAddress, most))
        .build();
  }

  /** Returns one document for each 400 MiB of heap: as a tree, a document takes up to 70 MB. */
  private static int documentsByHeap() {
    return Math.clamp(Runtime.getRuntime().maxMemory() / HEAP_OF_DOCUMENT, 1, MOST_DOCUMENTS);
  }

  /** Returns an eighth of the heap, at least 16 MiB. */
  public static long heldByHeap() {
    return Math.max(LEAST_HELD, Runtime.getRuntime().maxMemory() / 8);
  }

  /** A builder of limits. */
  public static final class Builder {
    private int bodyBytes;
    private int headerBytes;
    private long bodyMillis;
    private long idleMillis;
    private long writeMillis;
    private int connections;
    private int connectionsPerAddress;
    private long heldBytes;
    private int documents;
    private long stillMillis;

    private Builder(HttpLimits limits) {
      this.bodyBytes = limits.bodyBytes;
      this.headerBytes = limits.headerBytes;
      this.bodyMillis = limits.bodyMillis;
      this.idleMillis = limits.idleMillis;
      this.writeMillis = limits.writeMillis;
      this.connections = limits.connections;
      this.connectionsPerAddress = limits.connectionsPerAddress;
      this.heldBytes = limits.heldBytes;
      this.documents = limits.documents;
      this.stillMillis = limits.stillMillis;
    }

    /** Sets the maximum size of a body. */
    public Builder bodyBytes(int most) {
      this.bodyBytes = most;
      return this;
    }

    /** Sets the maximum size of a request head. */
    public Builder headerBytes(int most) {
      this.headerBytes = most;
      return this;
    }

    /** Sets the time that a body may take to arrive. */
    public Builder bodyMillis(long most) {
      this.bodyMillis = most;
      return this;
    }

    /** Sets the time that a connection may go without completing the head of a request. */
    public Builder idleMillis(long most) {
      this.idleMillis = most;
      return this;
    }

    /** Sets the time that a client may go without reading anything of its answer. */
    public Builder writeMillis(long most) {
      this.writeMillis = most;
      return this;
    }

    /** Sets the maximum number of connections. */
    public Builder connections(int most) {
      this.connections = most;
      return this;
    }

    /** Sets the maximum number of connections of one client address; 0 for no limit. */
    public Builder connectionsPerAddress(int most) {
      this.connectionsPerAddress = most;
      return this;
    }

    /** Sets the maximum bytes of bodies and answers in memory. */
    public Builder heldBytes(long most) {
      this.heldBytes = most;
      return this;
    }

    /** Sets the maximum number of large documents that are read at the same time. */
    public Builder documents(int most) {
      this.documents = most;
      return this;
    }

    /**
     * Sets the time without progress after which another connection of the same client displaces a
     * connection.
     */
    public Builder stillMillis(long millis) {
      this.stillMillis = millis;
      return this;
    }

    /** Returns the limits. */
    public HttpLimits build() {
      return new HttpLimits(
          bodyBytes,
          headerBytes,
          bodyMillis,
          idleMillis,
          writeMillis,
          connections,
          connectionsPerAddress,
          heldBytes,
          documents,
          stillMillis);
    }
  }
}
