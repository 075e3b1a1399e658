package dev.posthorn.server.http;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.spi.wire.Header;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves operations on the threads of another HTTP server, which has authenticated the callers. A
 * thread performs one request; event streams have threads of their own, and end after a while, so
 * that their callers are authenticated again. Thread-safe.
 */
public final class BlockingDispatcher {
  private static final Logger LOG = LoggerFactory.getLogger(BlockingDispatcher.class);
  private static final int MOST_BYTES = 1 << 20;
  private static final int DISCARDED_BYTES = 8 << 20;
  private static final int DOCUMENTS = 4;
  private static final long ANSWER_SECONDS = 60;
  private static final Duration STREAM = Duration.ofMinutes(10);
  private static final Duration QUIET = Duration.ofSeconds(15);

  private final Routes routes;
  private final Filters filters;
  private final Documents documents = new Documents(DOCUMENTS);
  private final RequestIds ids = new RequestIds();
  private final Supplier<CompletableFuture<Boolean>> refresh;

  /**
   * Creates a dispatcher.
   *
   * @param operations the operations
   * @param refresh catches up with what other nodes have changed; see {@link Authenticator#refresh}
   */
  public BlockingDispatcher(
      List<Operation> operations, Supplier<CompletableFuture<Boolean>> refresh) {
    this.routes = new Routes(operations);
    this.filters = new Filters(operations);
    this.refresh = refresh;
  }

  /** Answers a request of a caller. */
  public void handle(Exchange exchange, Caller caller) throws IOException {
    String id = ids.of(exchange.header(RequestIds.HEADER));
    Answer answer;
    try {
      Call call = read(exchange, caller);
      if (call.operation().action() instanceof Operation.Streaming streaming
          && EventStream.isAccepted(call.header("Accept"))) {
        stream(exchange, call, streaming.stream());
        return;
      }
      answer = perform(call);
      if (answer.status() == 404 && hasNews()) {
        answer = perform(call); // another node may just have created it
      }
    } catch (RuntimeException | Error e) { // no caller would report it to the client
      answer = ErrorMapper.answer(e, id);
    }
    send(exchange, answer.with(RequestIds.HEADER, id));
  }

  /** Sends an answer. */
  public static void send(Exchange exchange, Answer answer) throws IOException {
    List<Header> headers = new ArrayList<>(answer.headers());
    if (answer.contentType() != null) {
      headers.add(new Header("Content-Type", answer.contentType()));
    }
    byte[] body = exchange.method().equals("HEAD") ? new byte[0] : answer.body();
    try (OutputStream out = exchange.respond(answer.status(), headers, body.length)) {
      out.write(body);
    }
  }

  // ---- the request ---------------------------------------------------------------------------

  private Call read(Exchange exchange, Caller caller) throws IOException {
    Routes.Match match = routes.find(exchange.method(), exchange.path());
    match.path().replaceAll(Routes::decoded);
    Operation operation = match.operation();
    if (!caller.may(operation)) {
      throw ApiError.forbidden("the role of this person does not allow this operation");
    }
    Query query = Query.parse(exchange.query());
    filters.check(operation, query);
    return new Call(operation, match.path(), query, exchange, caller, body(exchange, operation));
  }

  private static byte[] body(Exchange exchange, Operation operation) throws IOException {
    if (operation.body() == Operation.Body.NONE) {
      return new byte[0];
    }
    BodyRules.requireAsItIs(exchange.header("Content-Encoding"));
    int most = operation.body().most(MOST_BYTES);
    try (InputStream in = exchange.body()) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        discard(in);
        throw BodyRules.tooLarge(most);
      }
      return bytes;
    }
  }

  /** Reads the rest of a body, or a large part of it: only then does its client read the answer. */
  private static void discard(InputStream in) throws IOException {
    byte[] part = new byte[8 << 10];
    int left = DISCARDED_BYTES;
    for (int n = in.read(part); n >= 0 && left > 0; n = in.read(part)) {
      left -= n;
    }
  }

  // ---- the operation -------------------------------------------------------------------------

  private boolean hasNews() {
    return refresh.get().copy().orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS).join();
  }

  private Answer perform(Call call) {
    return switch (call.operation().action()) {
      case Operation.Blocking blocking -> documents.read(call, blocking.handler());
      case Operation.Streaming streaming -> documents.read(call, streaming.single());
      case Operation.NonBlocking direct -> {
        CompletableFuture<Supplier<Answer>> made = new CompletableFuture<>();
        direct.handler().handle(call, made::complete);
        yield made.completeOnTimeout(BlockingDispatcher::late, ANSWER_SECONDS, TimeUnit.SECONDS)
            .join()
            .get();
      }
    };
  }

  private static Answer late() {
    throw new PosthornException(Reason.UNKNOWN, "the operation did not end in time");
  }

  private static void stream(Exchange exchange, Call call, Operation.StreamHandler handler) {
    BlockingEventStream stream = new BlockingEventStream(QUIET);
    handler.open(call, stream); // may refuse
    try {
      exchange.detach(() -> run(exchange, stream));
    } catch (RuntimeException | Error e) {
      stream.close();
      throw e;
    }
  }

  private static void run(Exchange exchange, BlockingEventStream stream) {
    try {
      stream.run(exchange.respond(200, EventStream.HEADERS, -1), STREAM);
    } catch (IOException e) {
      LOG.debug("Client left an event stream", e);
    } catch (RuntimeException e) {
      LOG.warn("Event stream failed", e);
    } finally {
      stream.close();
    }
  }
}
