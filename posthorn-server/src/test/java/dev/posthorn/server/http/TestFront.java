package dev.posthorn.server.http;

import dev.posthorn.server.auth.Principal;
import dev.posthorn.server.auth.Scopes;
import dev.posthorn.spi.runtime.Owner;
import dev.posthorn.testkit.receiver.Await;
import io.vertx.core.http.HttpServerOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A listener with a few operations that echo their requests. */
final class TestFront implements AutoCloseable, Authenticator {
  static final HttpLimits LIMITS =
      HttpLimits.DEFAULT.toBuilder()
          .bodyBytes(10_000)
          .headerBytes(4_096)
          .bodyMillis(20_000)
          .idleMillis(20_000)
          .writeMillis(20_000)
          .connections(100)
          .connectionsPerAddress(0)
          .heldBytes(16 << 20)
          .build();
  static final int LARGE = 1_000_000;
  static final Principal KNOWN =
      new Principal(1, 0, new Principal.Ticket(0, "token", 0, Scopes.ALL));

  final AtomicBoolean full = new AtomicBoolean();
  final AtomicBoolean busy = new AtomicBoolean();
  final AtomicInteger calls = new AtomicInteger();
  final AtomicInteger admissions = new AtomicInteger();

  /** Set to keep operations from completing. */
  final AtomicBoolean held = new AtomicBoolean();

  /** Set to make the next authentications wait for it. */
  volatile @Nullable CompletableFuture<Principal> admission;

  private final ExecutorService workers = Executors.newFixedThreadPool(2);
  private final HttpListener listener;

  TestFront() {
    this(LIMITS, 1);
  }

  TestFront(HttpLimits limits, int loops) {
    List<Operation> operations =
        List.of(
            operation("GET", "/things", Operation.Access.PUBLIC, waiting()),
            operation("POST", "/things", Operation.Access.PUBLIC, waiting()),
            operation("GET", "/things/{thing}/parts/{part}", Operation.Access.PUBLIC, waiting()),
            operation("POST", "/known", Operation.Access.ENVIRONMENT, waiting()),
            operation("POST", "/direct", Operation.Access.ENVIRONMENT, direct()),
            bodiless("/nothing"),
            taking("/message", Operation.Body.MESSAGE),
            taking("/document", Operation.Body.DOCUMENT),
            operation("POST", "/message-defect", Operation.Access.ENVIRONMENT, directDefect()),
            new Operation(
                "large",
                "GET",
                "/large",
                Operation.Access.PUBLIC,
                new Operation.Docs("Test", "", List.of(), null, List.of()),
                new Operation.Blocking(this::large)),
            operation("GET", "/defect", Operation.Access.PUBLIC, defect()),
            operation("GET", "/direct-defect", Operation.Access.PUBLIC, directDefect()));
    listener =
        new HttpListener(
                new HttpServerOptions().setHost("127.0.0.1").setPort(0),
                limits,
                this,
                new HttpListener.Service(operations, this::execute))
            .listen(loops);
  }

  int port() {
    return listener.port();
  }

  int connections() {
    return listener.connections();
  }

  long heldBytes() {
    return listener.heldBytes();
  }

  RequestMetrics metrics() {
    return listener.metrics();
  }

  private void execute(Owner owner, Runnable task) {
    if (busy.get()) {
      throw new RejectedExecutionException();
    }
    workers.execute(task);
  }

  private static Operation operation(
      String method, String path, Operation.Access access, Operation.Action action) {
    Operation.Docs docs =
        new Operation.Docs(
            "Test", "", List.of(), new Operation.BodySchema("Thing", true), List.of());
    return new Operation(method + path, method, path, access, docs, action);
  }

  private Operation bodiless(String path) {
    Operation.Docs docs = new Operation.Docs("Test", "", List.of(), null, List.of());
    return new Operation(path, "POST", path, Operation.Access.ENVIRONMENT, docs, waiting());
  }

  private Operation taking(String path, Operation.Body body) {
    Operation.Docs docs =
        new Operation.Docs(
            "Test", "", List.of(), new Operation.BodySchema("Thing", true), List.of());
    return new Operation(path, "POST", path, Operation.Access.ENVIRONMENT, docs, waiting())
        .withBody(body);
  }

  private Operation.Action waiting() {
    return new Operation.Blocking(this::echo);
  }

  private Operation.Action direct() {
    return new Operation.NonBlocking((call, answer) -> answer.accept(() -> echo(call)));
  }

  private static Operation.Action defect() {
    return new Operation.Blocking(
        call -> {
          if (call.query().text("error") != null) {
            throw new StackOverflowError();
          }
          throw new IllegalStateException("inner detail");
        });
  }

  private static Operation.Action directDefect() {
    return new Operation.NonBlocking(
        (call, answer) -> {
          if (call.query().text("later") == null) {
            throw new StackOverflowError();
          }
          answer.accept(
              () -> {
                throw new StackOverflowError();
              });
        });
  }

  private Answer large(Call call) {
    calls.incrementAndGet();
    return Answer.text(200, "text/plain", "x".repeat(LARGE));
  }

  private Answer echo(Call call) {
    calls.incrementAndGet();
    Await.until("nothing holds it", () -> !held.get());
    String thing = call.path().isEmpty() ? "" : " " + call.path();
    String name = call.query().text("name");
    return Answer.text(
        200,
        "text/plain",
        call.operation().id()
            + thing
            + (name == null ? "" : " name=" + name)
            + " "
            + new String(call.body(), StandardCharsets.UTF_8));
  }

  @Override
  public CompletableFuture<Principal> admit(@Nullable String authorization, String peer) {
    if (authorization == null) {
      throw ApiError.unauthorized("a token is needed");
    }
    admissions.incrementAndGet();
    CompletableFuture<Principal> later = admission;
    return later == null ? CompletableFuture.completedFuture(KNOWN) : later;
  }

  @Override
  public void requireRoom() {
    if (full.get()) {
      throw ApiError.later(503, "overloaded", "full", 1);
    }
  }

  @Override
  public void close() {
    listener.close(0);
    workers.shutdownNow();
  }
}
