package dev.posthorn.server.api.spec;

import static dev.posthorn.server.http.Operation.Access.PUBLIC;

import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The portal: a page on which a customer manages the endpoints of an application. The link from
 * {@code app-portal-access} opens it; the link's token is in the fragment, so browsers do not send
 * it with the request, and the page's script passes it to the API.
 *
 * <p>The page loads only its own script and style, and its content security policy blocks
 * everything else.
 */
public final class PortalApi {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors ";

  private final String policy;

  /** Creates the portal, which pages of the given origins may embed in a frame. */
  public PortalApi(List<String> frames) {
    this.policy = POLICY + (frames.isEmpty() ? "'none'" : String.join(" ", frames));
  }

  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Portal");
    return List.of(
        operations
            .get("/portal", "v1.portal.page", "Returns the portal page.")
            .returns(200, null)
            .direct(PUBLIC, give("portal.html", "text/html; charset=utf-8")),
        operations
            .get("/portal/portal.css", "v1.portal.style", "Returns the portal's style sheet.")
            .returns(200, null)
            .direct(PUBLIC, give("portal.css", "text/css; charset=utf-8")),
        operations
            .get("/portal/portal.js", "v1.portal.script", "Returns the portal's script.")
            .returns(200, null)
            .direct(PUBLIC, give("portal.js", "text/javascript; charset=utf-8")));
  }

  private Operation.DirectHandler give(String name, String type) {
    Answer file = read(name, type);
    return (call, answer) -> answer.accept(() -> file);
  }

  private Answer read(String name, String type) {
    try (InputStream in = PortalApi.class.getResourceAsStream("portal/" + name)) {
      if (in == null) {
        throw new IllegalStateException("portal/" + name + " is missing in this build");
      }
      return new Answer(200, type, in.readAllBytes(), List.of())
          .with("Content-Security-Policy", policy)
          .with("X-Content-Type-Options", "nosniff")
          .with("Referrer-Policy", "no-referrer")
          .with("Cache-Control", "no-cache")
          .shared();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
