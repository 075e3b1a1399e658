package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The Helm chart makes objects that fit the server. Helm is not needed: {@code .ci/check-chart}
 * compares what the chart makes with these files.
 */
class ChartTest {
  private static final Path CHARTS = Path.of("..", "charts");

  private static Map<String, JsonNode> objects(String file) throws IOException {
    Map<String, JsonNode> objects = new HashMap<>();
    try (MappingIterator<JsonNode> documents =
        new YAMLMapper()
            .readerFor(JsonNode.class)
            .readValues(CHARTS.resolve("golden/" + file + ".yaml").toFile())) {
      documents.forEachRemaining(
          one ->
              objects.put(
                  one.path("kind").asString() + "/" + one.at("/metadata/name").asString(), one));
    }
    return objects;
  }

  private static JsonNode workload(String file, String kind) throws IOException {
    return Objects.requireNonNull(objects(file).get(kind + "/posthorn")).path("spec");
  }

  private static Map<String, String> variables(JsonNode container) {
    Map<String, String> variables = new HashMap<>();
    container
        .path("env")
        .forEach(one -> variables.put(one.path("name").asString(), one.path("value").asString("")));
    return variables;
  }

  @ParameterizedTest
  @CsvSource({"file, StatefulSet", "postgresql, Deployment"})
  void variablesAreSettingsAndSecretsAreFiles(String file, String kind) throws IOException {
    Map<String, String> variables =
        variables(workload(file, kind).at("/template/spec/containers/0"));
    variables.remove("JAVA_TOOL_OPTIONS");
    List<String> settings = Arrays.stream(Setting.values()).map(Setting::variable).toList();
    assertThat(settings).containsAll(variables.keySet());
    for (Setting secret :
        List.of(
            Setting.SECRET_KEY, Setting.JWT_SECRET, Setting.STORE_PASSWORD, Setting.ADMIN_TOKEN)) {
      String value = variables.get(secret.variable());
      if (value != null) {
        assertThat(value).as(secret.name()).startsWith("@/secrets/");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"file, StatefulSet", "postgresql, Deployment"})
  void thePodIsHardenedAndHasTimeToEnd(String file, String kind) throws IOException {
    JsonNode pod = workload(file, kind).at("/template/spec");
    JsonNode container = pod.at("/containers/0");
    String user = pod.at("/securityContext/runAsUser").asString();
    assertThat(Files.readString(Path.of("pom.xml"))).contains("<user>" + user + ":" + user + "<");
    assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(pod.path("terminationGracePeriodSeconds").asInt()).isGreaterThanOrEqualTo(45);
    assertThat(container.at("/readinessProbe/httpGet/path").asString()).isEqualTo("/health/ready");
    assertThat(container.at("/livenessProbe/httpGet/path").asString()).isEqualTo("/health/live");
  }

  @ParameterizedTest
  @CsvSource({"file, StatefulSet", "postgresql, Deployment"})
  void whatSelectsThePodsFindsThem(String file, String kind) throws IOException {
    Map<String, JsonNode> objects = objects(file);
    JsonNode workload = workload(file, kind);
    JsonNode labels = workload.at("/template/metadata/labels");
    assertThat(workload.at("/selector/matchLabels")).isEqualTo(labels);
    for (String service : List.of("Service/posthorn", "Service/posthorn-admin")) {
      assertThat(Objects.requireNonNull(objects.get(service)).at("/spec/selector"))
          .isEqualTo(labels);
    }
    assertThat(
            Objects.requireNonNull(objects.get("NetworkPolicy/posthorn"))
                .at("/spec/podSelector/matchLabels"))
        .isEqualTo(labels);
  }

  @ParameterizedTest
  @CsvSource({"file, StatefulSet", "postgresql, Deployment"})
  void commandsAreThoseOfTheImage(String file, String kind) throws IOException {
    JsonNode container = workload(file, kind).at("/template/spec/containers/0");
    assertThat(container.at("/args/0").asString()).isEqualTo("serve");
    for (JsonNode part : container.at("/lifecycle/preStop/exec/command")) {
      if (part.asString().startsWith("@")) {
        assertThat(Path.of("src/image" + part.asString().substring(1))).exists();
      }
    }
  }
}
