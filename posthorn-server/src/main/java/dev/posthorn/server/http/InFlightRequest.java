package dev.posthorn.server.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One request, from its head to its answer: finds the operation, authenticates the caller, reads
 * the body, performs the operation and answers. Runs on the event loop of the request, apart from
 * operations that may block.
 */
final class InFlightRequest implements Call.Head {
  private static final String CONTINUE = "100-continue";

  private final RequestDispatcher shared;
  private final ResponseWriter writer;
  private final HttpServerRequest request;
  private final String id;
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

  /** True once the operation is performed again, since it did not find something. */
  private boolean again;

  @SuppressWarnings("NullAway.Init") // the operation is set before its first use
  InFlightRequest(
      RequestDispatcher shared, HttpServerRequest request, ClientConnection client, String id) {
    this.shared = shared;
    this.writer = new ResponseWriter(shared, request, client, id);
    this.request = request;
    this.client = client;
    this.id = id;
    this.hasBody =
        request.getHeader(HttpHeaders.CONTENT_LENGTH) != null
            || request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
  }

  /** Starts processing; any failure becomes an error answer. */
  void start() {
    guarded(this::enter);
  }

  /** Answers with an error and then closes the connection. */
  void refuse(ApiError error) {
    send(error.answer(), true).onComplete(sent -> HttpListener.close(request.connection()));
  }

  private void enter() {
    request.response().exceptionHandler(gone -> gone()).closeHandler(closed -> gone());
    if (shared.cors.isPreflight(request)) {
      answer(Cors.preflight(request.getHeader("Access-Control-Request-Headers")));
      return;
    }
    Routes.Match match = shared.routes.find(request.method().name(), request.path());
    operation = match.operation();
    found = operation;
    path = match.path();
    path.replaceAll(Routes::decoded);
    if (operation.access() == Operation.Access.PUBLIC) {
      admitted(Caller.NOBODY);
      return;
    }
    CompletableFuture<? extends Caller> admission = shared.authenticator.admit(this);
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
      answer(ErrorMapper.answer(refused, id));
      return;
    }
    guarded(() -> admitted(known));
  }

  private void admitted(Caller known) {
    caller = known;
    if (operation.access() == Operation.Access.ENVIRONMENT && known.isApplication()) {
      throw ApiError.forbidden(
          "this token is limited to one application; use a token of the environment");
    }
    if (!known.may(operation)) {
      throw ApiError.forbidden("the scopes of this token do not allow this operation");
    }
    if (operation.action() instanceof Operation.NonBlocking
        && operation.access() != Operation.Access.PUBLIC) {
      shared.authenticator.requireRoom();
    }
    read();
  }

  /** Runs a step; its failure becomes the answer. */
  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | Error e) { // no caller would report it to the client
      answer(ErrorMapper.answer(e, id));
    }
  }

  // ---- the body ----------------------------------------------------------------------------

  private void read() {
    RequestBody expected = new RequestBody(client, operation, shared.limits);
    body = expected;
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length != null) {
      expected.expect(Long.parseLong(length)); // the codec rejects invalid numbers
    }
    if (hasBody) {
      BodyRules.requireAsItIs(request.getHeader(HttpHeaders.CONTENT_ENCODING));
    }
    if (hasBody) { // most bodies are complete by then and need no timer
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
    request.resume(); // in case it was paused
  }

  private void setDeadline() {
    if (!whole && !answered) {
      deadline = context.owner().setTimer(shared.limits.bodyMillis(), timer -> tooSlow());
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
                "the body did not arrive within " + shared.limits.bodyMillis() + " ms")
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
    shared.filters.check(operation, query);
    Call call = new Call(operation, path, query, this, caller, all.take());
    perform(call);
  }

  /** Returns whether the end of the body is unknown, so that the connection must be closed. */
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

  @Override
  public String peer() {
    SocketAddress address = request.remoteAddress();
    return address == null ? "unknown" : String.valueOf(address.hostAddress());
  }

  // ---- the operation -----------------------------------------------------------------------

  private void perform(Call call) {
    switch (operation.action()) {
      case Operation.NonBlocking direct -> {
        if (call.body().length <= Operation.SMALL_BYTES) {
          perform(direct, call);
        } else {
          onWorker(call, () -> perform(direct, call));
        }
      }
      case Operation.Blocking waiting -> onWorker(call, waiting.handler());
      case Operation.Streaming streaming -> {
        if (ListenerEventStream.isWanted(request)) {
          stream(call, streaming.stream());
        } else {
          onWorker(call, streaming.single());
        }
      }
    }
  }

  private void onWorker(Call call, Operation.Handler handler) {
    onWorker(
        call,
        () -> {
          Answer made = perform(handler, call);
          answerFromAnywhere(call, () -> made);
        });
  }

  /** Answers with events; the request lasts until the stream ends. */
  private void stream(Call call, Operation.StreamHandler handler) {
    ListenerEventStream stream = new ListenerEventStream(request.response(), client);
    handler.open(call, stream); // may refuse
    finish();
    shared.metrics.answered(id, found, 200, System.nanoTime() - began);
    stream.begin(writer::writeHead, this::end);
  }

  private void onWorker(Call call, Runnable task) {
    try {
      shared.workers.execute(call.owner(), task);
    } catch (RejectedExecutionException e) {
      throw ApiError.later(
          503, "overloaded", "too many requests are waiting; try again shortly", 1);
    }
  }

  private void perform(Operation.NonBlocking direct, Call call) {
    try {
      direct.handler().handle(call, answer -> answerFromAnywhere(call, answer));
    } catch (RuntimeException | Error e) { // no caller would report it to the client
      Answer made = ErrorMapper.answer(e, id);
      answerFromAnywhere(call, () -> made);
    }
  }

  private Answer perform(Operation.Handler handler, Call call) {
    try {
      return shared.documents.read(call, handler);
    } catch (RuntimeException | Error e) { // no caller would report it to the client
      return ErrorMapper.answer(e, id);
    }
  }

  // ---- the answer --------------------------------------------------------------------------

  private void answerFromAnywhere(Call call, Supplier<Answer> answer) {
    try {
      context.runOnContext(now -> guarded(() -> found(call, made(answer))));
    } catch (RejectedExecutionException e) {
      // The listener is closed, and so is the connection: nobody waits for the answer.
    }
  }

  private Answer made(Supplier<Answer> answer) {
    try {
      return answer.get();
    } catch (RuntimeException | Error e) { // no caller would report it to the client
      return ErrorMapper.answer(e, id);
    }
  }

  /**
   * Answers; but if something was not found, another node may just have created it: then the
   * operation, which has changed nothing, is performed once more with all that others have changed.
   */
  private void found(Call call, Answer answer) {
    if (answer.status() != 404 || again || operation.access() == Operation.Access.PUBLIC) {
      answer(answer);
      return;
    }
    again = true;
    CompletableFuture<Boolean> refreshed = shared.authenticator.refresh();
    if (Authenticator.isUpToDate(refreshed)) {
      answer(answer);
      return;
    }
    var unused =
        refreshed.whenComplete(
            (changed, failure) ->
                context.runOnContext(
                    now -> {
                      if (failure != null) {
                        answer(ErrorMapper.answer(failure, id));
                      } else if (!answered) {
                        guarded(() -> perform(call));
                      }
                    }));
  }

  private void answer(Answer answer) {
    forgetBody();
    if (answered) {
      return;
    }
    boolean unread = hasBody && !request.isEnded();
    finish();
    shared.metrics.answered(id, found, answer.status(), System.nanoTime() - began);
    if (request.response().closed()) {
      end();
      return;
    }
    Future<Void> sent = send(answer, unread || isBroken());
    if (unread) {
      sent.onComplete(done -> writer.linger());
    } else {
      request.resume(); // in case it was paused
    }
  }

  private Future<Void> send(Answer answer, boolean last) {
    return writer.send(answer, last).onComplete(done -> end());
  }

  /** Handles a client that has disconnected or reset the request. */
  private void gone() {
    if (!answered) {
      finish();
    }
    if (!whole) { // otherwise the operation owns the body until it answers
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
