package dev.posthorn.server.http;

import dev.posthorn.PosthornException;
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
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one request from its head to its answer: finds the operation, asks who it is, reads the
 * body, has the operation done, and writes what came of it. Runs on the request's event loop, apart
 * from operations that may wait.
 */
final class RequestDispatcher {
  private static final Logger LOG = LoggerFactory.getLogger(RequestDispatcher.class);
  private static final String CONTINUE = "100-continue";
  private static final long LINGER_MILLIS = 2_000;
  private static final int LINGER_BYTES = 8 << 20;
  private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized(RequestIds.HEADER);

  private final Routes routes;
  private final Filters filters;
  private final Authenticator authenticator;
  private final HttpLimits limits;
  private final HttpListener.Workers workers;
  private final Cors cors;
  private final RequestMetrics traffic;
  private final Documents documents;
  private final RequestIds ids = new RequestIds();

  RequestDispatcher(
      HttpListener.Service service,
      Authenticator authenticator,
      HttpLimits limits,
      RequestMetrics traffic) {
    this.routes = new Routes(service.operations());
    this.filters = new Filters(service.operations());
    this.workers = service.workers();
    this.cors = service.cors();
    this.authenticator = authenticator;
    this.limits = limits;
    this.traffic = traffic;
    this.documents = new Documents(limits.documents());
  }

  /** Takes a request. */
  void handle(HttpServerRequest request, ClientConnection client) {
    InFlightRequest visit =
        new InFlightRequest(request, client, ids.of(request.getHeader(REQUEST_ID)));
    visit.guarded(visit::enter);
  }

  /** Answers what is no request, and closes the connection: nobody knows where the next begins. */
  void refuse(HttpServerRequest request, ClientConnection client, ApiError error) {
    InFlightRequest visit = new InFlightRequest(request, client, ids.of(null));
    visit.send(error.answer(), true).onComplete(sent -> HttpListener.close(request.connection()));
  }

  /** Returns what a client is told of an exception. */
  static Answer answer(Throwable thrown, String requestId) {
    Throwable cause = thrown.getCause();
    Throwable e = thrown instanceof CompletionException && cause != null ? cause : thrown;
    if (e instanceof ApiError error) {
      return error.answer();
    }
    if (e instanceof PosthornException refused) {
      return ErrorMapper.of(refused).answer();
    }
    LOG.error("request {} failed", requestId, e);
    return ApiError.of(
            500,
            "server_error",
            "the request failed because of a defect; the server's log has more under " + requestId)
        .answer();
  }

  /** One request on its way. */
  private final class InFlightRequest implements Call.Head {
    final HttpServerRequest request;
    final String id;
    private final ClientConnection client;
    private final Context context = Vertx.currentContext();
    private final long began = System.nanoTime();
    private @Nullable Operation found;
    private Operation operation;
    private List<String> path = List.of();
    private Caller caller = Caller.NOBODY;
    private @Nullable RequestBody body;
    private boolean standing;
    private boolean over;
    private long deadline = -1;
    private boolean whole;
    private final boolean hasBody;
    private boolean answered;

    @SuppressWarnings("NullAway.Init") // the operation is set first of all
    InFlightRequest(HttpServerRequest request, ClientConnection client, String id) {
      this.request = request;
      this.client = client;
      this.id = id;
      this.hasBody =
          request.getHeader(HttpHeaders.CONTENT_LENGTH) != null
              || request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
    }

    void enter() {
      request.response().exceptionHandler(gone -> gone()).closeHandler(closed -> gone());
      if (cors.isPreflight(request)) {
        answer(Cors.preflight(request.getHeader("Access-Control-Request-Headers")));
        return;
      }
      Routes.Match match = routes.find(request.method().name(), request.path());
      operation = match.operation();
      found = operation;
      path = match.path();
      path.replaceAll(RequestDispatcher::decoded);
      if (operation.access() == Operation.Access.PUBLIC) {
        admitted(Caller.NOBODY);
        return;
      }
      CompletableFuture<? extends Caller> admission =
          authenticator.admit(
              request.getHeader(HttpHeaders.AUTHORIZATION), peer(request.remoteAddress()));
      if (admission.isDone()) {
        admitted(admission.join());
        return;
      }
      request.pause();
      var unused =
          admission.whenComplete(
              (known, refused) -> context.runOnContext(now -> admittedLater(known, refused)));
    }

    private void admittedLater(Caller known, @Nullable Throwable refused) {
      if (refused != null) {
        answer(RequestDispatcher.answer(refused, id));
        return;
      }
      guarded(() -> admitted(known));
    }

    private void admitted(Caller known) {
      caller = known;
      if (operation.access() == Operation.Access.ENVIRONMENT && known.isApplication()) {
        throw ApiError.forbidden(
            "this token is for one application; use one of the environment for this");
      }
      if (!known.may(operation)) {
        throw ApiError.forbidden("the scopes of this token do not allow this");
      }
      if (operation.action() instanceof Operation.NonBlocking
          && operation.access() != Operation.Access.PUBLIC) {
        authenticator.requireRoom();
      }
      read();
    }

    /** Does something whose failure is the answer. */
    private void guarded(Runnable step) {
      try {
        step.run();
      } catch (RuntimeException | Error e) { // nothing above would tell the client
        answer(RequestDispatcher.answer(e, id));
      }
    }

    // ---- the body ----------------------------------------------------------------------------

    private void read() {
      RequestBody expected = new RequestBody(client, operation, limits);
      body = expected;
      String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
      if (length != null) {
        expected.expect(Long.parseLong(length)); // the codec refuses what is no number
      }
      requireAsItIs();
      if (hasBody) { // most bodies are here by then, and need no timer
        context.runOnContext(now -> setDeadline());
        standing = true;
        client.stand();
      }
      request.exceptionHandler(gone -> gone());
      request.handler(part -> received(expected, part));
      request.endHandler(end -> guarded(() -> complete(expected)));
      if (CONTINUE.equalsIgnoreCase(request.getHeader("Expect"))) {
        var unused = request.response().writeContinue();
      }
      request.resume(); // if it had to wait
    }

    /** What is compressed may become any number of bytes. */
    private void requireAsItIs() {
      String coding = hasBody ? request.getHeader(HttpHeaders.CONTENT_ENCODING) : null;
      if (coding != null && !coding.equalsIgnoreCase("identity")) {
        throw ApiError.encoded(coding);
      }
    }

    private void setDeadline() {
      if (!whole && !answered) {
        deadline = context.owner().setTimer(limits.bodyMillis(), timer -> tooSlow());
      }
    }

    private void received(RequestBody into, Buffer part) {
      if (!answered) {
        guarded(() -> into.add(part));
      }
    }

    private void tooSlow() {
      deadline = -1;
      answer(
          ApiError.of(
                  408,
                  "request_timeout",
                  "the body did not arrive within " + limits.bodyMillis() + " ms")
              .answer());
    }

    private void complete(RequestBody all) {
      if (answered) {
        return;
      }
      whole = true;
      cancelDeadline();
      stopStanding();
      if (request.decoderResult().cause() instanceof ApiError broken) {
        throw broken;
      }
      Query query = Query.parse(request.query());
      filters.check(operation, query);
      Call call = new Call(operation, path, query, this, caller, all.take());
      perform(call);
    }

    /** Returns whether nobody knows where the body ends; the connection is closed then. */
    private boolean isBroken() {
      return request.decoderResult().isFailure();
    }

    @Override
    public @Nullable String header(String name) {
      return request.getHeader(name);
    }

    @Override
    public @Nullable String authority() {
      HostAndPort authority = request.authority();
      return authority == null ? null : authority.toString();
    }

    // ---- the operation -----------------------------------------------------------------------

    private void perform(Call call) {
      switch (operation.action()) {
        case Operation.NonBlocking direct -> {
          if (call.body().length <= Operation.SMALL_BYTES) {
            direct.handler().handle(call, this::answerFromAnywhere);
          } else {
            onWorker(call, () -> performLarge(direct, call));
          }
        }
        case Operation.Blocking waiting ->
            onWorker(
                call,
                () -> {
                  Answer made = perform(waiting, call);
                  answerFromAnywhere(() -> made);
                });
      }
    }

    private void onWorker(Call call, Runnable task) {
      try {
        workers.execute(call.owner(), task);
      } catch (RejectedExecutionException e) {
        throw ApiError.later(
            503, "overloaded", "too many requests wait; try again a little later", 1);
      }
    }

    private void performLarge(Operation.NonBlocking direct, Call call) {
      try {
        direct.handler().handle(call, this::answerFromAnywhere);
      } catch (RuntimeException | Error e) { // no thread above would tell the client
        Answer made = RequestDispatcher.answer(e, id);
        answerFromAnywhere(() -> made);
      }
    }

    private Answer perform(Operation.Blocking waiting, Call call) {
      try {
        return documents.read(call, waiting.handler());
      } catch (RuntimeException | Error e) { // no thread above would tell the client
        return RequestDispatcher.answer(e, id);
      }
    }

    // ---- the answer --------------------------------------------------------------------------

    private void answerFromAnywhere(Supplier<Answer> answer) {
      try {
        context.runOnContext(now -> guarded(() -> answer(answer.get())));
      } catch (RejectedExecutionException e) {
        // The front is closed, and with it the connection: nobody waits for an answer.
      }
    }

    void answer(Answer answer) {
      forgetBody();
      if (answered) {
        return;
      }
      boolean unread = hasBody && !request.isEnded();
      finish();
      traffic.answered(id, found, answer.status(), System.nanoTime() - began);
      if (request.response().closed()) {
        end();
        return;
      }
      Future<Void> sent = send(answer, unread || isBroken());
      if (unread) {
        sent.onComplete(done -> linger());
      } else {
        request.resume(); // if it had to wait
      }
    }

    /** Writes an answer, whose bytes count as the client's until they have left. */
    Future<Void> send(Answer answer, boolean last) {
      long unsent = answer.body().length;
      long held = answer.isShared() ? Math.min(unsent, Connections.PIECE) : unsent;
      client.beginSending(unsent, held);
      return write(answer, last)
          .onComplete(
              done -> {
                client.endSending(unsent, held);
                end();
              });
    }

    /** Writes an answer, which is the connection's last if the rest of the body is not wanted. */
    private Future<Void> write(Answer answer, boolean last) {
      HttpServerResponse response = request.response();
      response.setStatusCode(answer.status());
      response.putHeader(REQUEST_ID, id);
      cors.write(request, response);
      for (Header header : answer.headers()) {
        response.putHeader(header.name(), header.value());
      }
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
     * Writes a piece once the one before it has left: what is written is copied out of the heap.
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
     * Closes the connection once the client has sent the rest of its body, or much of it, or some
     * time has passed. Closed at once, it would be reset, and the client could lose the answer.
     */
    private void linger() {
      Runnable close = () -> HttpListener.close(request.connection());
      if (request.isEnded()) {
        close.run();
        return;
      }
      long timer =
          context
              .owner()
              .setTimer(Math.min(LINGER_MILLIS, limits.bodyMillis()), late -> close.run());
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

    /** The client is gone, or does not want this request any more. */
    private void gone() {
      if (!answered) {
        finish();
      }
      if (!whole) { // otherwise the operation has the body until it answers
        forgetBody();
      }
      end();
    }

    private void finish() {
      answered = true;
      cancelDeadline();
      stopStanding();
    }

    private void stopStanding() {
      if (standing) {
        standing = false;
        client.move();
      }
    }

    private void forgetBody() {
      RequestBody known = body;
      if (known != null) {
        known.forget();
      }
    }

    private void end() {
      if (!over) {
        over = true;
        client.end();
      }
    }

    private void cancelDeadline() {
      if (deadline >= 0) {
        context.owner().cancelTimer(deadline);
        deadline = -1;
      }
    }
  }

  /** Returns a part of an answer; it is not copied. */
  private static Buffer piece(byte[] bytes, int from) {
    return BufferInternal.buffer(
        Unpooled.wrappedBuffer(bytes, from, Math.min(Connections.PIECE, bytes.length - from)));
  }

  private static String peer(SocketAddress address) {
    return address == null ? "unknown" : String.valueOf(address.hostAddress());
  }

  private static String decoded(String segment) {
    try {
      return segment.indexOf('%') < 0
          ? segment
          : URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw ApiError.badRequest("the path has a % that is not followed by two hexadecimal digits");
    }
  }
}
