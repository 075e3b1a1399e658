package dev.posthorn.spring.boot.actuate;

import dev.posthorn.Posthorn;
import dev.posthorn.internal.api.Instrumented;
import dev.posthorn.metrics.PosthornMetrics;
import dev.posthorn.spring.boot.ManagedPosthorn;
import dev.posthorn.spring.boot.PosthornAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/** Auto-configuration of the meters, for each registry of the context. */
@AutoConfiguration(
    after = PosthornAutoConfiguration.class,
    afterName = {
      "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
      "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
    })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(MeterRegistry.class)
@ConditionalOnSingleCandidate(Posthorn.class)
@ConditionalOnMissingBean(PosthornMetrics.class)
public class PosthornMetricsAutoConfiguration {

  /** Returns the binder, which Spring Boot binds to the registries. */
  @Bean
  MeterBinder posthornMeters(Posthorn posthorn) {
    return switch (posthorn) {
      case ManagedPosthorn managed -> new PosthornMeters(managed);
      case Instrumented open -> new PosthornMetrics(posthorn);
      default -> registry -> {}; // a double in a test
    };
  }
}
