package dev.posthorn.server.portal;

import static dev.posthorn.server.http.Operation.Access.PUBLIC;

import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The portal: a page on which a customer manages the endpoints of an application. The link from
 * {@code app-portal-access} opens it; the link's token is in the fragment, so browsers do not send
 * it with the request, and the page's script passes it to the API.
 *
 * <p>The page loads only files of this server, and its content security policy blocks everything
 * else.
 */
public final class PortalApi {
  /** The programming languages with code that verifies signatures, by the ends of file names. */
  static final List<String> CODE = List.of("java", "js", "py", "go", "rb", "php");

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " img-src 'self'; base-uri 'none'; form-action 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors ";
  private static final String TEXT = "text/plain; charset=utf-8";

  private final PortalLook look;
  private final String policy;
  private final Map<String, Answer> pages = new LinkedHashMap<>();
  private final Map<String, Answer> code = new LinkedHashMap<>();

  /** Creates the portal, which pages of the given origins may embed in a frame. */
  public PortalApi(List<String> frames, PortalLook look) {
    this.look = look;
    this.policy = POLICY + (frames.isEmpty() ? "'none'" : String.join(" ", frames));
    Language.all().forEach(one -> pages.put(one, page(one)));
    CODE.forEach(one -> code.put(one, answer(TEXT, read("verify-" + one + ".txt"))));
  }

  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Portal");
    Answer html = answer("text/html; charset=utf-8", read("portal.html"));
    Answer css = answer("text/css; charset=utf-8", read("portal.css"));
    Answer script = answer("text/javascript; charset=utf-8", read("portal.js"));
    Answer theme = answer("text/css; charset=utf-8", look.css().getBytes(StandardCharsets.UTF_8));
    Answer logo = logo();
    return List.of(
        operations
            .get("/portal", "v1.portal.page", "Returns the portal page.")
            .returns(200, null)
            .direct(PUBLIC, give(call -> html)),
        operations
            .get("/portal/portal.css", "v1.portal.style", "Returns the portal's style sheet.")
            .returns(200, null)
            .direct(PUBLIC, give(call -> css)),
        operations
            .get("/portal/theme.css", "v1.portal.theme", "Returns the portal's own colors.")
            .returns(200, null)
            .direct(PUBLIC, give(call -> theme)),
        operations
            .get("/portal/portal.js", "v1.portal.script", "Returns the portal's script.")
            .returns(200, null)
            .direct(PUBLIC, give(call -> script)),
        operations
            .get(
                "/portal/page.json",
                "v1.portal.words",
                "Returns the portal's name and its words, in the language of Accept-Language unless"
                    + " the server's settings have one.")
            .returns(200, null)
            .direct(PUBLIC, give(this::words)),
        operations
            .get("/portal/logo", "v1.portal.logo", "Returns the portal's logo; 204 without one.")
            .returns(200, null)
            .returns(204, null)
            .direct(PUBLIC, give(call -> logo)),
        operations
            .get(
                "/portal/{file}",
                "v1.portal.code",
                "Returns code that verifies signatures: verify.java, .js, .py, .go, .rb or .php.")
            .returns(200, null)
            .direct(PUBLIC, give(call -> code(call.path("file")))));
  }

  private static Operation.DirectHandler give(Function<Call, Answer> file) {
    return (call, answer) -> answer.accept(() -> file.apply(call));
  }

  private Answer words(Call call) {
    String own = look.language();
    String language = own == null ? Language.of(call.header("Accept-Language")) : own;
    return pages.getOrDefault(language, Answer.empty(204));
  }

  private Answer code(String file) {
    Answer found = file.startsWith("verify.") ? code.get(file.substring("verify.".length())) : null;
    if (found == null) {
      throw ApiError.notFound("the portal has no such file");
    }
    return found;
  }

  private Answer logo() {
    PortalLook.Logo logo = look.logo();
    return logo == null ? Answer.empty(204) : answer(logo.type(), logo.bytes());
  }

  private Answer page(String language) {
    String words = new String(read(language + ".json"), StandardCharsets.UTF_8);
    byte[] body =
        Answer.object(
            json -> {
              json.writeStringProperty("language", language);
              json.writeStringProperty("name", look.name());
              json.writeBooleanProperty("logo", look.logo() != null);
              Json.raw(json, "words", words);
            });
    return answer("application/json", body).with("Vary", "Accept-Language");
  }

  private static byte[] read(String name) {
    try (InputStream in = PortalApi.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("portal/" + name + " is missing in this build");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Answer answer(String type, byte[] body) {
    return new Answer(200, type, body, List.of())
        .with("Content-Security-Policy", policy)
        .with("X-Content-Type-Options", "nosniff")
        .with("Referrer-Policy", "no-referrer")
        .with("Cache-Control", "no-cache")
        .shared();
  }
}
