package dev.posthorn.springboot.starter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The properties that IDEs complete are those of the reference page, with the same defaults. */
class DocumentedPropertiesTest {
  private static final String METADATA = "META-INF/spring-configuration-metadata.json";
  private static final Path PAGE = Path.of("..", "..", "docs", "reference", "spring-boot.md");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z.-]+)` \\| (\\S+) \\|.*");

  @Test
  void pageAndMetadataAreTheSame() throws IOException {
    Map<String, String> documented = new TreeMap<>();
    Matcher row = ROW.matcher(Files.readString(PAGE));
    while (row.find()) {
      if (row.group(1).endsWith(".send") || row.group(1).endsWith(".attempt")) {
        continue; // observations
      }
      documented.put(row.group(1), row.group(2).replace("`", ""));
    }
    Map<String, String> generated = new TreeMap<>();
    for (JsonNode property : metadata().get("properties")) {
      generated.put(property.get("name").asText(), defaultOf(property.get("defaultValue")));
      assertThat(property.get("description").asText()).as(property.toString()).endsWith(".");
    }
    assertThat(generated).hasSizeGreaterThan(25).isEqualTo(documented);
  }

  private static String defaultOf(JsonNode value) {
    if (value == null) {
      return "none";
    }
    return value.asText().replaceAll("[\\[\\] ]", ""); // also of a list
  }

  /** Returns the metadata of Posthorn, among those of all jars. */
  private static JsonNode metadata() throws IOException {
    for (URL url :
        Collections.list(DocumentedPropertiesTest.class.getClassLoader().getResources(METADATA))) {
      try (InputStream in = url.openStream()) {
        JsonNode metadata = new ObjectMapper().readTree(in);
        if (metadata.toString().contains("\"posthorn.enabled\"")) {
          return metadata;
        }
      }
    }
    throw new AssertionError("There is no metadata of Posthorn");
  }
}
