package dev.posthorn.spring.boot.test;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.TestContextAnnotationUtils;

/** Customizes contexts of tests with {@link AutoConfigurePosthorn} or {@link PosthornTest}. */
final class PosthornContextCustomizerFactory implements ContextCustomizerFactory {
  @Override
  public @Nullable ContextCustomizer createContextCustomizer(
      Class<?> testClass, List<ContextConfigurationAttributes> attributes) {
    if (!TestContextAnnotationUtils.hasAnnotation(testClass, AutoConfigurePosthorn.class)) {
      return null;
    }
    PosthornTest slice =
        TestContextAnnotationUtils.findMergedAnnotation(testClass, PosthornTest.class);
    return new PosthornContextCustomizer(
        slice != null, slice == null ? List.of() : List.of(slice.components()));
  }
}
