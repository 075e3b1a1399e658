package dev.posthorn.server.http;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client may cost.
 *
 * @param bodyBytes the largest body
 * @param headerBytes the largest request head
 * @param bodyMillis how long a body may take to arrive
 * @param idleMillis how long a connection may go without completing the head of a request
 * @param writeMillis how long a client may go without reading anything of its answer
 * @param connections how many connections are kept at the same time
 * @param connectionsPerAddress how many of them one client address may have; 0 for all
 * @param heldBytes how many bytes of bodies and answers are in memory at the same time
 * @param documents how many large documents are read at the same time
 * @param stillMillis how long a client has to stand still before another connection of its own
 *     displaces it
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

  /** 2 MiB, 16 KiB, 30 s, 75 s, 30 s, 10,000 connections, 1,000 of an address. */
  public static final HttpLimits DEFAULT =
      new HttpLimits(2 << 20, 16 << 10, 30_000, 75_000, 30_000, 10_000, 1_000, heldByHeap());

  /**
   * Creates limits with as many large documents at the same time as suit the heap, and a second for
   * a client to stand still.
   */
  public HttpLimits(
      int bodyBytes,
      int headerBytes,
      long bodyMillis,
      long idleMillis,
      long writeMillis,
      int connections,
      int connectionsPerAddress,
      long heldBytes) {
    this(
        bodyBytes,
        headerBytes,
        bodyMillis,
        idleMillis,
        writeMillis,
        connections,
        connectionsPerAddress,
        heldBytes,
        documentsByHeap(),
        STILL_MILLIS);
  }

  /** Returns these limits with no more connections than there can be. */
  public HttpLimits fitting(int most) {
    if (most >= connections) {
      return this;
    }
    LOG.warn(
        "Cut connections to the API from {} to {}, a quarter of the file descriptors that are free;"
            + " allow the process more (ulimit -n, LimitNOFILE)",
        connections,
        most);
    return new HttpLimits(
        bodyBytes,
        headerBytes,
        bodyMillis,
        idleMillis,
        writeMillis,
        most,
        Math.min(connectionsPerAddress, most),
        heldBytes,
        documents,
        stillMillis);
  }

  /** Returns one for each 400 MiB of the heap: as a tree a document takes up to 70 MB. */
  private static int documentsByHeap() {
    return Math.clamp(Runtime.getRuntime().maxMemory() / HEAP_OF_DOCUMENT, 1, MOST_DOCUMENTS);
  }

  /** Returns an eighth of the heap, at least 16 MiB. */
  public static long heldByHeap() {
    return Math.max(LEAST_HELD, Runtime.getRuntime().maxMemory() / 8);
  }
}
