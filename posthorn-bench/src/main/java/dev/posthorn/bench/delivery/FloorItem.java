package dev.posthorn.bench.delivery;

import java.util.function.LongConsumer;

/** A message on its way through the floor. Its sender and the writer own it in turn. */
final class FloorItem {
  final int endpoint;
  final byte[] body;
  final LongConsumer accepted;
  final Runnable done;
  long id;
  long attempt;
  boolean sent;

  FloorItem(int endpoint, byte[] body, LongConsumer accepted, Runnable done) {
    this.endpoint = endpoint;
    this.body = body;
    this.accepted = accepted;
    this.done = done;
  }
}
