package dev.posthorn.spring.boot;

import dev.posthorn.InboxOptions;
import dev.posthorn.Posthorn;
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
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.jta.JtaTransactionManager;

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

  /** Returns the options of the inbox, whose table exists then. */
  @Bean
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

  /** Returns the sender that joins transactions. */
  @Bean(PosthornAutoConfiguration.TRANSACTIONAL_SENDER)
  @ConditionalOnBean(InboxOptions.class)
  TransactionalSender transactionalMessageSender(
      InboxOptions options,
      ObjectProvider<Posthorn> posthorn,
      ObjectProvider<PlatformTransactionManager> managers) {
    boolean jta = managers.stream().anyMatch(JtaTransactionManager.class::isInstance);
    return new TransactionalSender(options.dataSource(), jta, () -> posthorn.getObject().inbox());
  }
}
