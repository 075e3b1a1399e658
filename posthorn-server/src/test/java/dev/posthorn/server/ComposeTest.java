package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.config.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The example for Docker Compose is consistent with the server and its image. */
class ComposeTest {
  private final JsonNode services =
      new YAMLMapper()
          .readTree(Path.of("..", "examples/container/compose.yaml").toFile())
          .path("services");
  private final JsonNode server = services.path("posthorn");

  @Test
  void variablesAreSettingsOfTheServer() {
    List<String> settings = Arrays.stream(Setting.values()).map(Setting::variable).toList();
    assertThat(settings).containsAll(server.path("environment").propertyNames());
  }

  @Test
  void theDatabaseIsTheOtherService() {
    String store = server.path("environment").path("POSTHORN_STORE").asString();
    JsonNode database = services.path("postgresql");
    JsonNode environment = database.path("environment");
    assertThat(store)
        .isEqualTo(
            "postgresql://postgresql/%s?user=%s",
            environment.path("POSTGRES_DB").asString(),
            environment.path("POSTGRES_USER").asString());
    assertThat(server.path("environment").path("POSTHORN_STORE_PASSWORD"))
        .isEqualTo(environment.path("POSTGRES_PASSWORD"));
    assertThat(server.at("/depends_on/postgresql/condition").asString())
        .isEqualTo("service_healthy");
    assertThat(database.has("healthcheck")).isTrue();
  }

  @Test
  void theHealthCheckIsACommandOfTheImage() {
    List<String> test = new ArrayList<>();
    server.at("/healthcheck/test").forEach(part -> test.add(part.asString()));
    assertThat(test).startsWith("CMD", "java").endsWith("@/opt/posthorn/posthorn", "health");
    assertThat(Path.of("src/image/opt/posthorn/posthorn")).exists();
    assertThat(Main.commandLine("health").getSubcommands()).containsKey("health");
  }
}
