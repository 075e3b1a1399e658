package dev.posthorn.console;

import dev.posthorn.Posthorn;
import dev.posthorn.server.embed.EmbeddedConsole;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the console at the path that {@code posthorn.console.path} names, for the
 * bean {@link Posthorn}. People who are not signed in to the program see nothing of it.
 */
@AutoConfiguration(afterName = "dev.posthorn.spring.boot.PosthornAutoConfiguration")
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnProperty("posthorn.console.path")
@ConditionalOnBean(Posthorn.class)
@EnableConfigurationProperties(PosthornConsoleProperties.class)
public class PosthornConsoleAutoConfiguration {

  /** Returns the console. */
  @Bean(destroyMethod = "close")
  @ConditionalOnMissingBean
  EmbeddedConsole posthornConsole(Posthorn posthorn) {
    return new EmbeddedConsole(posthorn);
  }

  /** Returns what ends the console's event streams before the web server waits for them. */
  @Bean
  ConsoleLifecycle posthornConsoleLifecycle(EmbeddedConsole console) {
    return new ConsoleLifecycle(console);
  }

  /** Returns the servlet at its path, unless the program has one of its own. */
  @Bean
  @ConditionalOnMissingBean(ConsoleServlet.class)
  ServletRegistrationBean<ConsoleServlet> posthornConsoleServlet(
      EmbeddedConsole console, PosthornConsoleProperties properties) {
    ServletRegistrationBean<ConsoleServlet> registration =
        new ServletRegistrationBean<>(
            new ConsoleServlet(console, ConsoleServlet.signedIn(properties.operatorRole())),
            properties.path() + "/*");
    registration.setName("posthornConsole");
    return registration;
  }
}
