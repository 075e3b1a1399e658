package dev.posthorn.spring.boot;

import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.ClassUtils;

/** Contexts with a Posthorn in a folder of the test. */
public final class Contexts {
  /** The names of one auto-configuration in Spring Boot 3.5 and 4. */
  private static final List<String> JACKSON =
      List.of(
          "org.springframework.boot.autoconfigure.jackson.JacksonAutoConfiguration",
          "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration");

  private Contexts() {}

  /** Returns a runner of contexts with the bean, and the JSON mapper of Spring Boot. */
  public static ApplicationContextRunner in(Path folder) {
    return bare(folder).withConfiguration(AutoConfigurations.of(jackson()));
  }

  /** Returns a runner of contexts with the bean alone. */
  public static ApplicationContextRunner bare(Path folder) {
    return new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(PosthornAutoConfiguration.class))
        .withPropertyValues(
            "posthorn.store.file=" + folder.resolve("webhooks.db"),
            "posthorn.store.open-timeout=0s",
            "posthorn.network.allowed=127.0.0.0/8");
  }

  /** Opens a database as a program without Spring does, and without Jackson. */
  static Posthorn open(Path file) {
    return Posthorn.open(options(file));
  }

  /** Returns options of a program without Spring, and without Jackson. */
  static PosthornOptions options(Path file) {
    return PosthornOptions.builder(file).json(String::valueOf).build();
  }

  private static Class<?>[] jackson() {
    ClassLoader loader = Contexts.class.getClassLoader();
    List<Class<?>> found = new ArrayList<>();
    for (String name : JACKSON) {
      if (ClassUtils.isPresent(name, loader)) {
        found.add(ClassUtils.resolveClassName(name, loader));
      }
    }
    return found.toArray(Class<?>[]::new);
  }
}
