package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.admin.AdminApi;
import dev.posthorn.server.admin.Readiness;
import dev.posthorn.server.cli.operate.NodesCommand;
import dev.posthorn.server.config.Durations;
import dev.posthorn.server.config.Setting;
import dev.posthorn.server.http.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The Kubernetes examples are consistent in themselves and with the server. */
class KubernetesTest {
  private static final int STOP_SECONDS = 25;

  private final Map<String, JsonNode> objects = new HashMap<>();
  private JsonNode set;
  private JsonNode pod;
  private JsonNode container;

  @BeforeEach
  void readOnePod() throws IOException {
    read("posthorn.yaml", "StatefulSet");
    assertThat(objects).containsOnlyKeys("Secret", "Service", "StatefulSet");
  }

  private void read(String name, String kind) throws IOException {
    YAMLMapper yaml = new YAMLMapper();
    objects.clear();
    try (MappingIterator<JsonNode> documents =
        yaml.readerFor(JsonNode.class)
            .readValues(Path.of("..", "examples/kubernetes", name).toFile())) {
      documents.forEachRemaining(one -> objects.put(one.path("kind").asString(), one));
    }
    set = object(kind).path("spec");
    pod = set.at("/template/spec");
    container = pod.at("/containers/0");
  }

  private JsonNode object(String kind) {
    return Objects.requireNonNull(objects.get(kind));
  }

  private static List<String> texts(JsonNode list, String name) {
    List<String> texts = new ArrayList<>();
    list.forEach(item -> texts.add(item.path(name).asString()));
    return texts;
  }

  private String variable(String name) {
    for (JsonNode variable : container.path("env")) {
      if (variable.path("name").asString().equals(name)) {
        return variable.path("value").asString();
      }
    }
    throw new AssertionError(name + " is not set");
  }

  @Test
  void thereIsOnePodAndItHasTimeToEnd() {
    assertThat(set.path("replicas").asInt()).isEqualTo(1);
    assertThat(pod.path("terminationGracePeriodSeconds").asInt()).isGreaterThanOrEqualTo(30);
    JsonNode labels = set.at("/template/metadata/labels");
    assertThat(labels).isEqualTo(set.at("/selector/matchLabels"));
    assertThat(labels).isEqualTo(object("Service").at("/spec/selector"));
  }

  @Test
  void variablesAreSettingsOfTheServer() {
    assertVariables();
  }

  private void assertVariables() {
    List<String> settings = Arrays.stream(Setting.values()).map(Setting::variable).toList();
    assertThat(settings).containsAll(texts(container.path("env"), "name"));
  }

  @Test
  void severalPodsShareADatabaseAndEachHasTimeToBeDrained() throws IOException {
    assertProbes();
    JsonNode probes = container.path("readinessProbe");
    read("posthorn-postgresql.yaml", "Deployment");
    assertVariables();
    assertProbes();
    assertUser();
    assertThat(container.path("readinessProbe")).isEqualTo(probes);
    assertThat(set.path("replicas").asInt()).isGreaterThan(1);
    assertThat(set.at("/strategy/rollingUpdate/maxUnavailable").asInt()).isEqualTo(1);
    JsonNode labels = set.at("/template/metadata/labels");
    assertThat(labels).isEqualTo(set.at("/selector/matchLabels"));
    assertThat(labels).isEqualTo(object("Service").at("/spec/selector"));
    assertThat(labels).isEqualTo(object("PodDisruptionBudget").at("/spec/selector/matchLabels"));
    for (String name : List.of("POSTHORN_STORE_PASSWORD", "POSTHORN_ADMIN_TOKEN")) {
      String file = variable(name).substring("@/secrets/".length());
      assertThat(object("Secret").path("stringData").has(file)).as(name).isTrue();
    }

    List<String> drain = new ArrayList<>();
    container.at("/lifecycle/preStop/exec/command").forEach(word -> drain.add(word.asString()));
    int posthorn = drain.indexOf("nodes");
    List<String> arguments = drain.subList(posthorn, drain.size());
    assertThat(arguments).startsWith("nodes", "drain", "--timeout").hasSize(4);
    new CommandLine(new NodesCommand())
        .registerConverter(Duration.class, Durations::parse)
        .parseArgs(arguments.subList(1, 4).toArray(String[]::new)); // throws if it is wrong
    Duration timeout = Durations.parse(arguments.getLast());
    assertThat(pod.path("terminationGracePeriodSeconds").asInt())
        .isGreaterThanOrEqualTo((int) timeout.toSeconds() + STOP_SECONDS);
  }

  @Test
  void theDatabaseIsOnTheVolumeAndTheKeysAreInTheSecret() {
    Map<String, String> mounts = new HashMap<>();
    container
        .path("volumeMounts")
        .forEach(
            mount -> mounts.put(mount.path("name").asString(), mount.path("mountPath").asString()));
    List<String> volumes = new ArrayList<>(texts(pod.path("volumes"), "name"));
    volumes.add(set.at("/volumeClaimTemplates/0/metadata/name").asString());
    assertThat(mounts).containsOnlyKeys(volumes);
    assertThat(variable("POSTHORN_DB")).startsWith(mounts.get("data") + "/");
    JsonNode secret = object("Secret");
    assertThat(pod.at("/volumes/0/secret/secretName")).isEqualTo(secret.at("/metadata/name"));
    for (String name : List.of("POSTHORN_SECRET_KEY", "POSTHORN_JWT_SECRET")) {
      String prefix = "@" + mounts.get("secrets") + "/";
      assertThat(variable(name)).startsWith(prefix);
      assertThat(secret.path("stringData").has(variable(name).substring(prefix.length()))).isTrue();
    }
  }

  @Test
  void probesAskWhatTheAdminListenerAnswers() {
    assertProbes();
  }

  private void assertProbes() {
    Set<String> paths = Set.of("/health/live", "/health/ready");
    assertThat(new AdminApi(new Readiness(), () -> null, () -> null, Set.of()).operations())
        .extracting(Operation::path)
        .containsAll(paths);
    String port = variable("POSTHORN_ADMIN_LISTEN").replace("0.0.0.0:", "");
    JsonNode admin = container.at("/ports/1");
    assertThat(admin.path("containerPort").asString()).isEqualTo(port);
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      JsonNode get = container.path(probe).path("httpGet");
      assertThat(paths).as(probe).contains(get.path("path").asString());
      assertThat(get.path("port")).as(probe).isEqualTo(admin.path("name"));
    }
    assertThat(container.at("/readinessProbe/httpGet/path").asString()).isEqualTo("/health/ready");
    assertThat(container.at("/livenessProbe/httpGet/path").asString()).isEqualTo("/health/live");
    assertThat(object("Service").at("/spec/ports/0/targetPort"))
        .isEqualTo(container.at("/ports/0/name"));
    assertThat(variable("POSTHORN_LISTEN"))
        .endsWith(":" + container.at("/ports/0/containerPort").asString());
  }

  @Test
  void theUserIsThatOfTheImage() throws IOException {
    assertUser();
  }

  private void assertUser() throws IOException {
    String user = pod.at("/securityContext/runAsUser").asString();
    String group = pod.at("/securityContext/runAsGroup").asString();
    assertThat(Files.readString(Path.of("pom.xml"))).contains("<user>" + user + ":" + group + "<");
    assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
  }

  @Test
  void filesOnTheVolumeKeepTheirModes() {
    assertThat(pod.at("/securityContext/fsGroupChangePolicy").asString())
        .isEqualTo("OnRootMismatch");
  }
}
