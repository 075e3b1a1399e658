package dev.posthorn.server.http;

import dev.posthorn.spi.wire.Header;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes the answer to one request in pieces, and lets the client read it before the connection
 * closes. Runs on the event loop of the request.
 */
final class ResponseWriter {
  /** The header with the id of a request. */
  static final CharSequence REQUEST_ID = HttpHeaders.createOptimized(RequestIds.HEADER);

  private static final long LINGER_MILLIS = 2_000;
  private static final int LINGER_BYTES = 8 << 20;

  private final RequestDispatcher shared;
  private final HttpServerRequest request;
  private final ClientConnection client;
  private final String id;
  private final Context context = Vertx.currentContext();

  ResponseWriter(
      RequestDispatcher shared, HttpServerRequest request, ClientConnection client, String id) {
    this.shared = shared;
    this.request = request;
    this.client = client;
    this.id = id;
  }

  /** Writes an answer; its bytes count toward the client's memory until they are sent. */
  Future<Void> send(Answer answer, boolean last) {
    long unsent = answer.body().length;
    long held = answer.isShared() ? Math.min(unsent, Connections.PIECE) : unsent;
    client.beginSending(unsent, held);
    return write(answer, last).onComplete(done -> client.endSending(unsent, held));
  }

  /** Sets the status and headers of an answer. */
  void writeHead(int status, Iterable<Header> headers) {
    HttpServerResponse response = request.response();
    response.setStatusCode(status);
    response.putHeader(REQUEST_ID, id);
    shared.cors.write(request, response);
    for (Header header : headers) {
      response.putHeader(header.name(), header.value());
    }
  }

  /** Writes an answer; the last one closes the connection. */
  private Future<Void> write(Answer answer, boolean last) {
    HttpServerResponse response = request.response();
    writeHead(answer.status(), answer.headers());
    if (last || client.isRetired()) {
      response.putHeader("Connection", "close");
    }
    if (answer.contentType() != null) {
      response.putHeader(HttpHeaders.CONTENT_TYPE, answer.contentType());
    }
    byte[] bytes = answer.body();
    if (request.method().equals(HttpMethod.HEAD)) {
      response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(bytes.length));
      return response.end();
    }
    if (bytes.length <= Connections.PIECE) {
      return bytes.length == 0 ? response.end() : response.end(piece(bytes, 0));
    }
    response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(bytes.length));
    Promise<Void> sent = Promise.promise();
    writeFrom(bytes, 0, sent);
    return sent.future();
  }

  /**
   * Writes each piece after the previous one is sent, because written data is copied outside the
   * heap.
   */
  private void writeFrom(byte[] bytes, int from, Promise<Void> sent) {
    Buffer piece = piece(bytes, from);
    int next = from + piece.length();
    HttpServerResponse response = request.response();
    if (next == bytes.length) {
      response.end(piece).onComplete(sent);
      return;
    }
    response
        .write(piece)
        .onSuccess(
            done -> {
              client.progress();
              context.runOnContext(now -> writeFrom(bytes, next, sent));
            })
        .onFailure(sent::tryFail);
  }

  /**
   * Closes the connection once the client has sent the rest of its body, or a large part of it, or
   * some time has passed. Closing it at once would reset it, and the client could lose the answer.
   */
  void linger() {
    Runnable close = () -> HttpListener.close(request.connection());
    if (request.isEnded()) {
      close.run();
      return;
    }
    long timer =
        context
            .owner()
            .setTimer(Math.min(LINGER_MILLIS, shared.limits.bodyMillis()), late -> close.run());
    AtomicInteger left = new AtomicInteger(LINGER_BYTES);
    request.exceptionHandler(gone -> context.owner().cancelTimer(timer));
    request.endHandler(
        end -> {
          context.owner().cancelTimer(timer);
          close.run();
        });
    request.handler(
        part -> {
          if (left.addAndGet(-part.length()) < 0) {
            close.run();
          }
        });
    request.resume();
  }

  /** Returns a part of an answer, without copying it. */
  private static Buffer piece(byte[] bytes, int from) {
    return BufferInternal.buffer(
        Unpooled.wrappedBuffer(bytes, from, Math.min(Connections.PIECE, bytes.length - from)));
  }
}
