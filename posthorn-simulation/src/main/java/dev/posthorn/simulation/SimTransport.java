package dev.posthorn.simulation;

import dev.posthorn.spi.runtime.Loop;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import dev.posthorn.spi.transport.Transport;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** Exchanges with receivers that are not there. One per engine: a crash ends all exchanges. */
final class SimTransport implements Transport {
  private final SimClock clock;
  private final BiFunction<String, HttpRequest, SimReceiver.Reply> receivers;
  private boolean closed;
  private long underWay;

  /**
   * Creates a transport.
   *
   * @param receivers answers a request, whose host is given too
   */
  SimTransport(SimClock clock, BiFunction<String, HttpRequest, SimReceiver.Reply> receivers) {
    this.clock = clock;
    this.receivers = receivers;
  }

  @Override
  public void exchange(Loop loop, HttpRequest request, Consumer<ExchangeResult> done) {
    if (!loop.inLoop()) {
      throw clock.violated(new Violation("an exchange was started outside of its loop"));
    }
    int bytes = request.body().length;
    SimReceiver.Reply reply = reply(request);
    underWay += bytes;
    clock.after(
        reply.millis() * 1_000_000,
        () -> {
          underWay -= bytes;
          if (!closed) {
            loop.execute(() -> done.accept(reply.result()));
          }
        });
  }

  private SimReceiver.Reply reply(HttpRequest request) {
    try {
      return receivers.apply(request.target().host(), request);
    } catch (Violation e) {
      throw clock.violated(e);
    }
  }

  /** Returns the bytes of all bodies that are being sent. */
  long underWay() {
    return underWay;
  }

  @Override
  public void close() {
    closed = true;
  }
}
