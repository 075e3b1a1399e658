package dev.posthorn.spring.boot;

import dev.posthorn.InboxOptions;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Auto-configuration of the inbox: plain {@code send} joins the transaction of the program's
 * database.
 */
@AutoConfiguration(
    before = PosthornAutoConfiguration.class,
    afterName = {
      "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration", // 3.5
      "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
    })
@ConditionalOnClass({DataSourceUtils.class, PlatformTransactionManager.class})
@ConditionalOnBean(DataSource.class)
@ConditionalOnMissingBean(Posthorn.class)
@ConditionalOnProperty(prefix = "posthorn", name = "enabled", matchIfMissing = true)
@EnableConfigurationProperties(PosthornProperties.class)
public class PosthornInboxAutoConfiguration {

  /**
   * Returns the options of the inbox, whose table exists then. They are made if the options of
   * Posthorn use them: those of a program need not.
   */
  @Bean
  @Lazy
  @ConditionalOnMissingBean
  @ConditionalOnProperty(prefix = "posthorn.inbox", name = "enabled", matchIfMissing = true)
  @DependsOnDatabaseInitialization
  InboxOptions posthornInboxOptions(
      PosthornProperties properties,
      ObjectProvider<DataSource> dataSources,
      @PosthornDataSource ObjectProvider<DataSource> marked) {
    return new InboxSelection(properties.inbox(), ProgramDatabase.of(dataSources, marked))
        .options();
  }

  /** Returns the watch of the transaction managers, which must exist before they do. */
  @Bean
  @ConditionalOnBean(InboxOptions.class)
  static TransactionManagerWatch posthornTransactionManagerWatch() {
    return new TransactionManagerWatch();
  }

  /** Returns the sender that joins transactions, if Posthorn has an inbox. */
  @Bean(PosthornAutoConfiguration.TRANSACTIONAL_SENDER)
  @ConditionalOnBean(InboxOptions.class)
  MessageSender transactionalMessageSender(
      PosthornOptions options, TransactionManagerWatch watch, ObjectProvider<Posthorn> posthorn) {
    InboxOptions inbox = options.inbox();
    return inbox == null
        ? MessageSender.DIRECT
        : new TransactionalSender(inbox.dataSource(), watch, () -> posthorn.getObject().inbox());
  }
}
