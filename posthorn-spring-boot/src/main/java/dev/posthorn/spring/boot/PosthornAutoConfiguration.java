package dev.posthorn.spring.boot;

import dev.posthorn.DeliveryListener;
import dev.posthorn.InboxOptions;
import dev.posthorn.PayloadMapper;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import dev.posthorn.spi.wire.WireFormat;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportRuntimeHints;

/**
 * Auto-configuration of the bean {@link Posthorn}: opened with its context on what the properties
 * {@code posthorn.*} name. Beans of the types {@link DeliveryListener}, {@link WireFormat}, {@link
 * PayloadMapper} and {@link PosthornOptionsCustomizer} are used.
 */
@AutoConfiguration(
    afterName = {
      "org.springframework.boot.autoconfigure.jackson.JacksonAutoConfiguration", // 3.5
      "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration",
    })
@ConditionalOnProperty(prefix = "posthorn", name = "enabled", matchIfMissing = true)
@EnableConfigurationProperties(PosthornProperties.class)
@Import({
  PayloadMapperConfiguration.Jackson3.class,
  PayloadMapperConfiguration.Jackson2.class,
})
@ImportRuntimeHints(PosthornRuntimeHints.class)
public class PosthornAutoConfiguration {
  /** The name of the bean that sends in transactions, if there is one. */
  public static final String TRANSACTIONAL_SENDER = "transactionalMessageSender";

  /** Returns the options, unless the program has a bean of its own. */
  @Bean
  @ConditionalOnMissingBean({PosthornOptions.class, Posthorn.class})
  PosthornOptions posthornOptions(
      PosthornProperties properties,
      ObjectProvider<DataSource> dataSources,
      @PosthornDataSource ObjectProvider<DataSource> marked,
      ObjectProvider<InboxOptions> inbox,
      ObjectProvider<PayloadMapper> mapper,
      ObjectProvider<WireFormat> formats,
      ObjectProvider<PosthornOptionsCustomizer> customizers) {
    PosthornOptions.Builder builder =
        new OptionsFactory(properties, ProgramDatabase.of(dataSources, marked))
            .builder(mapper.getIfAvailable(), formats.orderedStream().toList());
    inbox.ifAvailable(builder::inbox);
    customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
    return builder.build();
  }

  /** Returns the bean, unless the program has one of its own. */
  @Bean(destroyMethod = "close")
  @ConditionalOnMissingBean(Posthorn.class)
  ManagedPosthorn posthorn(
      PosthornOptions options,
      ObjectProvider<PosthornOpener> opener,
      ObjectProvider<MessageSender> sender) {
    return new ManagedPosthorn(
        options,
        opener.getIfAvailable(() -> Posthorn::open),
        sender.getIfAvailable(() -> MessageSender.DIRECT));
  }

  /** Returns the lifecycle of the bean; a bean of the program's own has its own lifecycle. */
  @Bean
  @ConditionalOnBean(ManagedPosthorn.class)
  PosthornLifecycle posthornLifecycle(
      ObjectProvider<ManagedPosthorn> posthorn,
      ObjectProvider<DeliveryListener> listeners,
      ApplicationContext context) {
    return new PosthornLifecycle(posthorn.getIfAvailable(), listeners, context);
  }
}
