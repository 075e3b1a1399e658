package dev.posthorn.spring.boot.actuate;

import dev.posthorn.Posthorn;
import dev.posthorn.spring.boot.PosthornAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.context.annotation.Bean;

/** Auto-configuration of the health indicator on Spring Boot 4. */
@AutoConfiguration(after = PosthornAutoConfiguration.class)
@ConditionalOnClass(
    name =
        "org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator")
@ConditionalOnEnabledHealthIndicator("posthorn")
@ConditionalOnSingleCandidate(Posthorn.class)
public class PosthornHealthAutoConfiguration {

  /** Returns the indicator, unless the program has one of its own. */
  @Bean
  @ConditionalOnMissingBean(name = {"posthornHealthIndicator", "posthornHealthContributor"})
  PosthornHealthIndicator posthornHealthIndicator(Posthorn posthorn) {
    return new PosthornHealthIndicator(posthorn);
  }
}
