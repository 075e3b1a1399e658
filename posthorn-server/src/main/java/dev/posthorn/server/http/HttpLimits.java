package dev.posthorn.server.http;

/**
 * What a client may cost.
 *
 * @param bodyBytes the largest body
 * @param headerBytes the largest request head
 * @param bodyMillis how long a body may take to arrive
 * @param idleMillis how long a connection may go without completing the head of a request
 * @param connections how many connections are kept at the same time
 */
public record HttpLimits(
    int bodyBytes, int headerBytes, long bodyMillis, long idleMillis, int connections) {
  /** 2 MiB, 16 KiB, 30 s, 75 s, 10,000 connections. */
  public static final HttpLimits DEFAULT =
      new HttpLimits(2 << 20, 16 << 10, 30_000, 75_000, 10_000);
}
