package dev.posthorn.server.api.spec;

import static dev.posthorn.server.http.Operation.Access.PUBLIC;

import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The API's description, for programs and for people. It is created on the first request, because
 * that takes longer than most of a server's start.
 */
public final class DocsApi {
  private List<Operation> all = List.of();
  private @Nullable CompletableFuture<Pages> pages;

  private record Pages(Answer document, Answer page) {}

  /** Returns all operations: the given ones, and those that return the description. */
  public List<Operation> with(List<Operation> others) {
    OperationBuilder operations = new OperationBuilder("Reference");
    List<Operation> described = new ArrayList<>(others);
    described.add(
        operations
            .get("/api/v1/openapi.json", "v1.openapi.get", "Describes this API as OpenAPI 3.1.")
            .returns(200, null)
            .direct(PUBLIC, (call, answer) -> give(Pages::document, answer)));
    described.add(
        operations
            .get("/docs", "v1.docs.get", "Describes this API for people.")
            .returns(200, null)
            .direct(PUBLIC, (call, answer) -> give(Pages::page, answer)));
    all = List.copyOf(described);
    return all;
  }

  private void give(Function<Pages, Answer> which, Consumer<Supplier<Answer>> answer) {
    var unused =
        pages()
            .whenComplete(
                (made, failed) ->
                    answer.accept(
                        () -> {
                          if (made == null) {
                            throw new IllegalStateException(
                                "cannot build the OpenAPI document", failed);
                          }
                          return which.apply(made);
                        }));
  }

  /**
   * Returns the pages, creating them on a separate thread: requests without a token must not occupy
   * the worker threads.
   */
  private synchronized CompletableFuture<Pages> pages() {
    CompletableFuture<Pages> known = pages;
    if (known == null || known.isCompletedExceptionally()) {
      known = CompletableFuture.supplyAsync(this::make, DocsApi::start);
      pages = known;
    }
    return known;
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "posthorn-docs");
    thread.setDaemon(true);
    thread.start();
  }

  private Pages make() {
    ObjectNode document = OpenApi.document(all);
    return new Pages(
        Answer.text(200, "application/json", document.toString()).shared(),
        Answer.text(
                200,
                "text/html; charset=utf-8",
                ReferencePage.of(all, document.at("/components/schemas")))
            .with("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
            .with("X-Content-Type-Options", "nosniff")
            .shared());
  }
}
