package dev.posthorn.server.api;

import static dev.posthorn.server.http.Operation.Access.PUBLIC;

import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.Operation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The API's description of itself, for programs and for people. It is made when it is asked for the
 * first time: that takes longer than most of a server's start.
 */
final class DocsApi {
  private List<Operation> all = List.of();
  private @Nullable Pages pages;

  private record Pages(Answer document, Answer page) {}

  /** Returns all operations: the given ones, and those that describe them and themselves. */
  List<Operation> with(List<Operation> others) {
    Docket at = new Docket("Reference");
    List<Operation> described = new ArrayList<>(others);
    described.add(
        at.get("/api/v1/openapi.json", "v1.openapi.get", "Describes this API as OpenAPI 3.1.")
            .gives(200, null)
            .to(PUBLIC, call -> pages().document()));
    described.add(
        at.get("/docs", "v1.docs.get", "Describes this API for people.")
            .gives(200, null)
            .to(PUBLIC, call -> pages().page()));
    all = List.copyOf(described);
    return all;
  }

  private synchronized Pages pages() {
    Pages made = pages;
    if (made == null) {
      ObjectNode document = OpenApi.document(all);
      made =
          new Pages(
              Answer.text(200, "application/json", document.toString()),
              Answer.text(
                      200,
                      "text/html; charset=utf-8",
                      ReferencePage.of(all, document.at("/components/schemas")))
                  .with("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
                  .with("X-Content-Type-Options", "nosniff"));
      pages = made;
    }
    return made;
  }
}
