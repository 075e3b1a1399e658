package dev.posthorn.server.console;

import static dev.posthorn.server.http.Operation.Access.PUBLIC;

import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The console: a page on which the people who run a server see whether anything is wrong. It
 * consists of the files named here and nothing else, and its content security policy blocks
 * everything from elsewhere, and code within markup. Its scripts use only the public API.
 */
public final class ConsolePages {
  /** The files: the page first, then everything that it loads. */
  static final List<String> FILES =
      List.of(
          "console.html",
          "console.css",
          "icon.svg",
          "main.js",
          "api.js",
          "attempts.js",
          "audit.js",
          "chart.js",
          "conditions.js",
          "dom.js",
          "endpoint.js",
          "endpoints.js",
          "format.js",
          "lists.js",
          "message.js",
          "nodes.js",
          "overview.js",
          "replay.js",
          "schedule.js",
          "search.js",
          "secrets.js",
          "sendtest.js",
          "settings.js",
          "signin.js",
          "strip.js",
          "tail.js");

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'";
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");
  private static final int TAG_BYTES = 12;

  private final Map<String, File> files = new LinkedHashMap<>();

  /**
   * A file as it is served.
   *
   * @param whole the answer with its bytes
   * @param tag its entity tag
   * @param unchanged the answer to a client that has it
   */
  private record File(Answer whole, String tag, Answer unchanged) {
    Answer answer(Call call) {
      String known = call.header("If-None-Match");
      return known != null && known.contains(tag) ? unchanged : whole;
    }
  }

  /** Reads the files. */
  public ConsolePages() {
    FILES.forEach(name -> files.put(name, file(name)));
  }

  /** Returns the operations that serve the files. */
  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Console");
    File page = find("console.html");
    return List.of(
        operations
            .get("/console", "v1.console.page", "Returns the console's page.")
            .returns(200, null)
            .returns(304, null)
            .direct(PUBLIC, (call, answer) -> answer.accept(() -> page.answer(call))),
        operations
            .get("/console/{file}", "v1.console.file", "Returns a file of the console's page.")
            .returns(200, null)
            .returns(304, null)
            .direct(
                PUBLIC,
                (call, answer) -> answer.accept(() -> find(call.path("file")).answer(call))));
  }

  /**
   * Returns the page for a console below another path than that of the API, such as {@code
   * /admin/webhooks}.
   */
  public static Answer pageBelow(String base) {
    String page = new String(read("console.html"), StandardCharsets.UTF_8);
    byte[] bytes =
        page.replace("=\"/console/", "=\"" + base + "/console/").getBytes(StandardCharsets.UTF_8);
    return guarded(new Answer(200, TYPES.get("html"), bytes, List.of()), tag(bytes));
  }

  private File find(String name) {
    File file = files.get(name);
    if (file == null) {
      throw ApiError.notFound("the console has no such file");
    }
    return file;
  }

  private static File file(String name) {
    byte[] bytes = read(name);
    String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "text/plain");
    String tag = tag(bytes);
    return new File(
        guarded(new Answer(200, type, bytes, List.of()), tag).shared(),
        tag,
        guarded(Answer.empty(304), tag));
  }

  private static String tag(byte[] bytes) {
    return "\"" + HexFormat.of().formatHex(sha256(bytes), 0, TAG_BYTES) + "\"";
  }

  private static Answer guarded(Answer answer, String tag) {
    return answer
        .with("ETag", tag)
        .with("Cache-Control", "no-cache")
        .with("Content-Security-Policy", POLICY)
        .with("X-Content-Type-Options", "nosniff")
        .with("Referrer-Policy", "no-referrer")
        .with("Cross-Origin-Opener-Policy", "same-origin")
        .with("Cross-Origin-Resource-Policy", "same-origin");
  }

  private static byte[] read(String name) {
    try (InputStream in = ConsolePages.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("console/" + name + " is missing in this build");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is not available in this Java runtime", e);
    }
  }
}
