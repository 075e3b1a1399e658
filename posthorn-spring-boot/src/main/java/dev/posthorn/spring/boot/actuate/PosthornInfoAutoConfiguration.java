package dev.posthorn.spring.boot.actuate;

import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import dev.posthorn.spring.boot.PosthornAutoConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Auto-configuration of the info contributor. */
@AutoConfiguration(after = PosthornAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnEnabledInfoContributor.class)
@ConditionalOnEnabledInfoContributor("posthorn")
@ConditionalOnBean(Posthorn.class)
public class PosthornInfoAutoConfiguration {

  /** Returns the contributor, unless the program has one of its own. */
  @Bean
  @ConditionalOnMissingBean
  PosthornInfoContributor posthornInfoContributor(ObjectProvider<PosthornOptions> options) {
    return new PosthornInfoContributor(options.getIfAvailable());
  }
}
