package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.swagger.v3.oas.models.SpecVersion;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class OpenApiTest {
  private static final String SCHEMAS = "#/components/schemas/";

  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  private final Reply document = SERVER.client("").get("/api/v1/openapi.json").expect(200);
  private final JsonNode root = document.json();

  @Test
  void hasOnlyReferencesThatLeadSomewhere() {
    for (String ref : refs(root, new TreeSet<>())) {
      assertThat(root.at(ref.substring(1)).isMissingNode()).as(ref).isFalse();
    }
  }

  @Test
  void usesEverySchemaThatItDefines() {
    Set<String> used = refs(root.get("paths"), new HashSet<>());
    refs(root.at("/components/responses"), used);
    int before;
    do {
      before = used.size();
      for (String ref : Set.copyOf(used)) {
        refs(root.at(ref.substring(1)), used);
      }
    } while (used.size() > before);
    assertThat(used)
        .containsAll(
            root.at("/components/schemas").propertyNames().stream()
                .map(name -> SCHEMAS + name)
                .toList());
  }

  @Test
  void namesEachOperationOnceAndItsVariablesAsThePathDoes() {
    Set<String> names = new HashSet<>();
    root.get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .forEach(
                        operation -> {
                          String name = operation.get("operationId").asString();
                          assertThat(names.add(name)).as(name).isTrue();
                          assertThat(variables(operation))
                              .as(path.getKey())
                              .isEqualTo(inBraces(path.getKey()));
                        }));
  }

  @Test
  void isUnderstoodByAParserOfOpenApi() {
    SwaggerParseResult result = new OpenAPIV3Parser().readContents(document.text(), null, null);
    assertThat(result.getMessages()).isEmpty();
    assertThat(result.getOpenAPI().getSpecVersion()).isEqualTo(SpecVersion.V31);
    assertThat(result.getOpenAPI().getPaths()).hasSameSizeAs(root.get("paths").propertyNames());
    SwaggerParseResult broken =
        new OpenAPIV3Parser()
            .readContents(document.text().replace("\"in\":\"path\"", "\"in\":1"), null, null);
    assertThat(broken.getMessages()).isNotEmpty();
  }

  @Test
  void saysWhatItIs() {
    assertThat(root.get("openapi").asString()).isEqualTo("3.1.0");
    assertThat(root.at("/info/title").asString()).isEqualTo("Posthorn");
    assertThat(document.header("Content-Type")).isEqualTo("application/json");
  }

  @Test
  void isAPageForPeopleToo() {
    Reply page = SERVER.client("").get("/docs").expect(200);
    assertThat(page.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
    assertThat(SERVER.contract().operations())
        .allSatisfy(id -> assertThat(page.text()).contains("id=\"" + id + "\""));
    assertThat(root.at("/components/schemas").propertyNames())
        .allSatisfy(name -> assertThat(page.text()).contains("id=\"schema-" + name + "\""));
    assertThat(page.text())
        .as("loads nothing from elsewhere")
        .doesNotContain("src=", "http://", "https://", "@import", "url(", "<script", "<link");
  }

  private static Set<String> variables(JsonNode operation) {
    Set<String> variables = new TreeSet<>();
    operation
        .path("parameters")
        .forEach(
            parameter -> {
              if (parameter.get("in").asString().equals("path")) {
                variables.add(parameter.get("name").asString());
              }
            });
    return variables;
  }

  private static Set<String> inBraces(String path) {
    Set<String> variables = new TreeSet<>();
    for (String segment : path.split("/", -1)) {
      if (segment.startsWith("{")) {
        variables.add(segment.substring(1, segment.length() - 1));
      }
    }
    return variables;
  }

  private static Set<String> refs(JsonNode node, Set<String> refs) {
    if (node.isObject() && node.has("$ref")) {
      refs.add(node.get("$ref").asString());
    }
    node.forEach(child -> refs(child, refs));
    return refs;
  }
}
