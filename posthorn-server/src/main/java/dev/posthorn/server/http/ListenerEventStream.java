package dev.posthorn.server.http;

import dev.posthorn.spi.wire.Header;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A stream of events to a client of a listener, which happens on the event loop. */
final class ListenerEventStream implements EventStream {
  private final HttpServerResponse response;
  private final ClientConnection client;
  private final Context context = Vertx.currentContext();
  private final AtomicBoolean sending = new AtomicBoolean();
  private volatile boolean over;
  private volatile Runnable onEnd = () -> {};
  private @Nullable Runnable ended;
  private long timer = -1;

  ListenerEventStream(HttpServerResponse response, ClientConnection client) {
    this.response = response;
    this.client = client;
  }

  @Override
  public boolean isReady() {
    return !over && !sending.get();
  }

  @Override
  public void every(long millis, Runnable task) {
    if (!over) {
      timer = context.owner().setPeriodic(millis, id -> task.run());
    }
  }

  /** Returns whether a client wants events rather than a single answer. */
  static boolean isWanted(HttpServerRequest request) {
    return EventStream.isAccepted(request.getHeader(HttpHeaders.ACCEPT))
        && request.method().equals(HttpMethod.GET);
  }

  @Override
  public void onEnd(Runnable task) {
    onEnd = task;
  }

  /** Writes the head; {@code whenEnded} runs once the stream has ended. */
  void begin(BiConsumer<Integer, Iterable<Header>> head, Runnable whenEnded) {
    ended = whenEnded;
    if (response.closed()) {
      finish();
      return;
    }
    response.exceptionHandler(gone -> finish()).closeHandler(closed -> finish());
    head.accept(200, HEADERS);
    response.setChunked(true);
    var unused = response.write(": \n\n"); // a comment, so that the client gets the head now
  }

  /** Sends or skips an event, or ends the stream if its connection has to make room for others. */
  @Override
  public void send(byte[] json) {
    if (over || !sending.compareAndSet(false, true)) {
      return;
    }
    if (!onLoop(() -> write(json))) {
      sending.set(false);
    }
  }

  private void write(byte[] json) {
    if (over) {
      return;
    }
    if (client.isRetired()) {
      endNow();
      return;
    }
    int length = json.length;
    client.beginSending(length, length);
    response
        .write(
            Buffer.buffer(length + 8).appendString("data: ").appendBytes(json).appendString("\n\n"))
        .onComplete(
            done -> {
              client.endSending(length, length);
              sending.set(false);
            });
  }

  @Override
  public void end() {
    var unused = onLoop(this::endNow);
  }

  private void endNow() {
    if (!over && !response.ended()) {
      var unused = response.end();
    }
    finish();
  }

  private void finish() {
    if (over) {
      return;
    }
    over = true;
    if (timer >= 0) {
      context.owner().cancelTimer(timer);
    }
    onEnd.run();
    Runnable task = ended;
    if (task != null) {
      task.run();
    }
  }

  private boolean onLoop(Runnable task) {
    try {
      context.runOnContext(now -> task.run());
      return true;
    } catch (RejectedExecutionException e) {
      return false; // the listener is closed, and so is the connection
    }
  }
}
