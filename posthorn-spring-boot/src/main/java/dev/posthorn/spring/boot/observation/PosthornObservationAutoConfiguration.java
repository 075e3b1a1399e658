package dev.posthorn.spring.boot.observation;

import dev.posthorn.internal.api.OpenPosthorn;
import dev.posthorn.spring.boot.MessageSender;
import dev.posthorn.spring.boot.PosthornAutoConfiguration;
import dev.posthorn.spring.boot.PosthornOpener;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** Auto-configuration of observations, if the context has a registry for them. */
@AutoConfiguration(
    before = PosthornAutoConfiguration.class,
    afterName = {
      "org.springframework.boot.actuate.autoconfigure.observation.ObservationAutoConfiguration",
      "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
    })
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean(ObservationRegistry.class)
public class PosthornObservationAutoConfiguration {

  /** Returns the observations that sender and transport share. */
  @Bean
  PosthornObservations posthornObservations(
      ObservationRegistry registry,
      ObjectProvider<SendConvention> sendConvention,
      ObjectProvider<AttemptConvention> attemptConvention) {
    return new PosthornObservations(
        registry, sendConvention.getIfAvailable(), attemptConvention.getIfAvailable());
  }

  /** Returns an opener whose attempts are observed. */
  @Bean
  @ConditionalOnMissingBean
  PosthornOpener observedPosthornOpener(PosthornObservations observations) {
    return options -> OpenPosthorn.open(options, observations::observed, observations.contexts());
  }

  /** Returns a sender that is observed, around the one that joins transactions. */
  @Bean
  @Primary
  MessageSender observedMessageSender(
      PosthornObservations observations, ListableBeanFactory beans) {
    return new ObservedSender(next(beans), observations);
  }

  private static MessageSender next(ListableBeanFactory beans) {
    String name = PosthornAutoConfiguration.TRANSACTIONAL_SENDER;
    return beans.containsBean(name)
        ? beans.getBean(name, MessageSender.class)
        : MessageSender.DIRECT;
  }
}
