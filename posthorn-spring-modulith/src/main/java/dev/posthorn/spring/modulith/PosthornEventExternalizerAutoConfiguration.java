package dev.posthorn.spring.modulith;

import dev.posthorn.InboxOptions;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornException;
import dev.posthorn.spring.boot.ManagedPosthorn;
import dev.posthorn.spring.boot.PosthornAutoConfiguration;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.modulith.events.EventExternalizationConfiguration;
import org.springframework.modulith.events.config.EventExternalizationAutoConfiguration;

/** Auto-configuration of the externalization of events as webhooks. */
@AutoConfiguration(
    after = {EventExternalizationAutoConfiguration.class, PosthornAutoConfiguration.class})
@ConditionalOnClass(EventExternalizationConfiguration.class)
@ConditionalOnBean({Posthorn.class, EventExternalizationConfiguration.class})
@ConditionalOnProperty(
    name = "spring.modulith.events.externalization.enabled",
    havingValue = "true",
    matchIfMissing = true)
public class PosthornEventExternalizerAutoConfiguration {

  /** Returns the listener that sends events. */
  @Bean
  @ConditionalOnMissingBean
  PosthornEventExternalizer posthornEventExternalizer(
      EventExternalizationConfiguration configuration,
      ObjectProvider<Posthorn> posthorn,
      ApplicationEventPublisher publisher,
      BeanFactory beans) {
    return new PosthornEventExternalizer(
        configuration, posthorn::getObject, publisher, new WebhookRouting(beans));
  }

  /** The start of a program whose transactions nothing can join: it fails. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnBean(ManagedPosthorn.class)
  @ConditionalOnMissingBean(InboxOptions.class)
  static class NoInbox implements InitializingBean {

    @Override
    public void afterPropertiesSet() {
      throw PosthornException.invalid(
          "posthorn.inbox.enabled",
          "there is no inbox, so an event would be sent even if its transaction rolls back; set it"
              + " to true and have a DataSource, or set"
              + " spring.modulith.events.externalization.enabled=false and send from an"
              + " @ApplicationModuleListener");
    }
  }
}
