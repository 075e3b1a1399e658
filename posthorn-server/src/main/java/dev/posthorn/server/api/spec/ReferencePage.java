package dev.posthorn.server.api.spec;

import dev.posthorn.server.http.Operation;
import dev.posthorn.server.http.Operation.BodySchema;
import dev.posthorn.server.http.Operation.Param;
import dev.posthorn.server.http.Operation.Response;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The API reference for people: one self-contained HTML page. */
final class ReferencePage {
  private static final JsonMapper PRETTY =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final Pattern REF = Pattern.compile("&quot;#/components/schemas/(\\w+)&quot;");
  private static final String STYLE =
      """
      body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1d2126;background:#fff}
      h2{margin-top:3rem;border-bottom:1px solid #ccc}h3{margin-bottom:.3rem;font-size:1rem;overflow-wrap:anywhere}
      code,pre{font-family:ui-monospace,monospace;font-size:.9em}pre{background:#f4f4f2;padding:1rem;overflow-x:auto}
      table{border-collapse:collapse;margin:.5rem 0}td,th{padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top}
      nav a{margin-right:1rem}a{color:#0b5c8a}
      @media(prefers-color-scheme:dark){body{color:#ddd;background:#16181b}pre{background:#22262b}a{color:#7cc4ee}}
      """;

  private final StringBuilder html = new StringBuilder(64 * 1024);

  private ReferencePage() {}

  /** Returns the page for operations and their schemas. */
  static String of(List<Operation> operations, JsonNode schemas) {
    ReferencePage page = new ReferencePage();
    page.write(operations, schemas);
    return page.html.toString();
  }

  private void write(List<Operation> operations, JsonNode schemas) {
    List<String> tags =
        operations.stream().map(operation -> operation.docs().tag()).distinct().toList();
    html.append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">")
        .append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">")
        .append("<title>Posthorn API</title><style>")
        .append(STYLE)
        .append("</style></head><body><h1>Posthorn API</h1>")
        .append("<p>Send a token with each request: <code>Authorization: Bearer TOKEN</code>. ")
        .append("Also available as <a href=\"/api/v1/openapi.json\">OpenAPI</a>.</p><nav>");
    for (String tag : tags) {
      html.append("<a href=\"#").append(anchor(tag)).append("\">").append(text(tag)).append("</a>");
    }
    html.append("<a href=\"#schemas\">Schemas</a></nav>");
    for (String tag : tags) {
      html.append("<h2 id=\"").append(anchor(tag)).append("\">").append(text(tag)).append("</h2>");
      operations.stream().filter(one -> one.docs().tag().equals(tag)).forEach(this::operation);
    }
    html.append("<h2 id=\"schemas\">Schemas</h2>");
    schemas.properties().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(schema -> schema(schema.getKey(), schema.getValue()));
    html.append("</body></html>\n");
  }

  private void operation(Operation operation) {
    Operation.Docs docs = operation.docs();
    html.append("<h3 id=\"").append(text(operation.id())).append("\"><code>");
    html.append(operation.method())
        .append(' ')
        .append(text(operation.path()))
        .append("</code></h3>");
    html.append("<p>").append(text(docs.summary())).append(' ').append(access(operation));
    BodySchema takes = docs.accepts();
    if (takes != null) {
      html.append(" Body: ").append(link(takes.schema()));
      html.append(takes.required() ? "." : " (optional).");
    }
    for (Response gives : docs.returns()) {
      html.append(" Returns ").append(gives.status());
      html.append(gives.schema() == null ? "" : " " + link(gives.schema())).append('.');
    }
    html.append("</p>");
    if (!docs.query().isEmpty()) {
      html.append("<table>");
      docs.query().forEach(this::parameter);
      html.append("</table>");
    }
  }

  private void parameter(Param param) {
    html.append("<tr><td><code>").append(text(param.name())).append("</code></td><td>");
    html.append(text(param.in())).append("</td><td>").append(text(param.text()));
    html.append("</td><td><code>").append(text(param.schema())).append("</code></td></tr>");
  }

  private static String access(Operation operation) {
    return switch (operation.access()) {
      case PUBLIC -> "Needs no token.";
      case ENVIRONMENT -> "Needs a token of the environment.";
      case APPLICATION -> "Needs a token of the environment, or of the application.";
    };
  }

  private void schema(String name, JsonNode schema) {
    html.append("<h3 id=\"schema-").append(text(name)).append("\">").append(text(name));
    html.append("</h3><pre>");
    Matcher refs = REF.matcher(text(PRETTY.writeValueAsString(schema)));
    html.append(refs.replaceAll(ref -> Matcher.quoteReplacement(link(ref.group(1)))));
    html.append("</pre>");
  }

  private static String link(String schema) {
    return "<a href=\"#schema-" + text(schema) + "\">" + text(schema) + "</a>";
  }

  private static String anchor(String tag) {
    return text(tag.replace(' ', '-'));
  }

  private static String text(String plain) {
    return plain
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
