package dev.posthorn.server.api.spec;

import static dev.posthorn.server.http.Operation.Access.PUBLIC;

import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Operation;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/**
 * The server's start page, with links to everything else; programs that accept only JSON get the
 * links as an object. It loads only the portal's style.
 */
public final class StartPageApi {
  private static final String POLICY =
      "default-src 'none'; style-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  private static final String PAGE =
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width,initial-scale=1">
      <title>Posthorn</title>
      <link rel="stylesheet" href="/portal/portal.css">
      </head>
      <body>
      <header><h1>Posthorn</h1></header>
      <main>
      <p>This server delivers webhooks.</p>
      <dl>
      <dt><a href="/console">Console</a></dt>
      <dd>Shows whether anything is wrong. Sign in with an API key, or with the link that
        <code>posthorn console</code> prints.</dd>
      <dt><a href="/docs">API reference</a></dt>
      <dd>All operations, for people. Programs read
        <a href="/api/v1/openapi.json">OpenAPI 3.1</a>.</dd>
      <dt><a href="/docs#v1.authentication.app-portal-access">Portal</a></dt>
      <dd>The page where your customers manage their endpoints.
        <code>POST /api/v1/auth/app-portal-access/{app_id}</code> returns the link for one of
        them.</dd>
      <dt><a href="/api/v1/health">Health</a></dt>
      <dd><code>GET /api/v1/health</code> answers 204, without a body, while the server takes
        requests.</dd>
      </dl>
      <p class="hint">Everything else needs a token:
        <code>Authorization: Bearer TOKEN</code>.</p>
      </main>
      </body>
      </html>
      """;

  private final Answer page =
      finished(
          Answer.text(200, "text/html; charset=utf-8", PAGE)
              .with("Content-Security-Policy", POLICY)
              .with("Referrer-Policy", "no-referrer"));
  private final Answer links = finished(Answer.json(200, StartPageApi::writeLinks));

  /** Forbids caching, because both forms have the same address. */
  private static Answer finished(Answer answer) {
    return answer
        .with("X-Content-Type-Options", "nosniff")
        .with("Cache-Control", "no-store")
        .shared();
  }

  private static void writeLinks(JsonGenerator json) {
    json.writeStartObject();
    json.writeStringProperty("name", "Posthorn");
    json.writeStringProperty("docs", "/docs");
    json.writeStringProperty("openapi", "/api/v1/openapi.json");
    json.writeStringProperty("console", "/console");
    json.writeStringProperty("portal", "/portal");
    json.writeStringProperty("health", "/api/v1/health");
    json.writeEndObject();
  }

  /** Returns the operation of the start page. */
  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Reference");
    return List.of(
        operations
            .get("/", "v1.start.get", "Returns links to the other pages, as HTML or JSON.")
            .returns(200, null)
            .direct(PUBLIC, (call, answer) -> answer.accept(() -> wantsJson(call) ? links : page)));
  }

  /** Returns whether the client accepts JSON but not HTML, which browsers accept. */
  private static boolean wantsJson(Call call) {
    String accept = call.header("Accept");
    return accept != null && accept.contains("application/json") && !accept.contains("text/html");
  }
}
