package dev.posthorn.spring.boot.test;

import java.util.stream.Stream;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTestContextBootstrapper;
import org.springframework.test.context.TestContextAnnotationUtils;

/** The bootstrapper of {@link PosthornTest}: no auto-configuration but that which it imports. */
final class PosthornTestContextBootstrapper extends SpringBootTestContextBootstrapper {
  private static final String NO_AUTO_CONFIGURATION =
      EnableAutoConfiguration.ENABLED_OVERRIDE_PROPERTY + "=false";

  @Override
  protected String[] getProperties(Class<?> testClass) {
    PosthornTest annotation =
        TestContextAnnotationUtils.findMergedAnnotation(testClass, PosthornTest.class);
    Stream<String> own = annotation == null ? Stream.empty() : Stream.of(annotation.properties());
    return Stream.concat(own, Stream.of(NO_AUTO_CONFIGURATION)).toArray(String[]::new);
  }
}
