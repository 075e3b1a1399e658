package dev.posthorn.spring.modulith;

import dev.posthorn.spring.modulith.program.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** Runs the program with a database of its own. */
final class Programs {
  private Programs() {}

  /** Starts the program with more configuration and properties. */
  static ConfigurableApplicationContext start(
      Path folder, List<Class<?>> more, String... properties) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1",
                "spring.jackson.property-naming-strategy=SNAKE_CASE",
                "spring.modulith.events.jdbc.schema-initialization.enabled=true",
                "posthorn.store.file=" + folder.resolve("webhooks.db"),
                "posthorn.network.allowed=127.0.0.0/8"));
    all.addAll(List.of(properties));
    return new SpringApplicationBuilder(Program.class)
        .sources(more.toArray(Class<?>[]::new))
        .web(WebApplicationType.NONE)
        .properties(all.toArray(String[]::new))
        .run();
  }
}
