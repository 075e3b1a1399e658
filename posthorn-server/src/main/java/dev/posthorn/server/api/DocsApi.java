package dev.posthorn.server.api;

import static dev.posthorn.server.http.Operation.Access.PUBLIC;

import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.Operation;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The API's description of itself, for programs and for people. */
final class DocsApi {
  private Answer document = Answer.empty(204);
  private Answer page = Answer.empty(204);

  /** Returns all operations: the given ones, and those that describe them and themselves. */
  List<Operation> with(List<Operation> others) {
    Docket at = new Docket("Reference");
    List<Operation> all = new ArrayList<>(others);
    all.add(
        at.get("/api/v1/openapi.json", "v1.openapi.get", "Describes this API as OpenAPI 3.1.")
            .gives(200, null)
            .to(PUBLIC, call -> document));
    all.add(
        at.get("/docs", "v1.docs.get", "Describes this API for people.")
            .gives(200, null)
            .to(PUBLIC, call -> page));
    ObjectNode described = OpenApi.document(all);
    document = Answer.text(200, "application/json", described.toString());
    page =
        Answer.text(
                200,
                "text/html; charset=utf-8",
                ReferencePage.of(all, described.at("/components/schemas")))
            .with("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
            .with("X-Content-Type-Options", "nosniff");
    return List.copyOf(all);
  }
}
