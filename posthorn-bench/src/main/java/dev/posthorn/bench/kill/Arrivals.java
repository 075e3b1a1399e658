package dev.posthorn.bench.kill;

/** Told of deliveries that a receiver has said yes to. */
public interface Arrivals {

  /**
   * Notes a delivery.
   *
   * @param id its webhook-id
   * @param endpoint the number in the path that it came to
   */
  void arrived(String id, int endpoint);
}
