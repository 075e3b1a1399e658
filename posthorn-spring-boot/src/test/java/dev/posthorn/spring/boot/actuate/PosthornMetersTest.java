package dev.posthorn.spring.boot.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.Posthorn;
import dev.posthorn.metrics.PosthornMetrics;
import dev.posthorn.spring.boot.Contexts;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class PosthornMetersTest {
  @TempDir private Path folder;

  private final MeterRegistry registry = new SimpleMeterRegistry();

  private ApplicationContextRunner contexts() {
    return Contexts.in(folder)
        .withConfiguration(AutoConfigurations.of(PosthornMetricsAutoConfiguration.class))
        .withBean(MeterRegistry.class, () -> registry);
  }

  private double accepted() {
    return registry.get("posthorn.messages.accepted").functionCounter().count();
  }

  @Test
  void afterARestartOfTheContextTheMetersAreThoseOfTheNewOne() {
    registry.counter("posthorn.of.the.program").increment();
    contexts()
        .run(
            context -> {
              context.getBean(MeterBinder.class).bindTo(registry);
              Posthorn posthorn = context.getBean(Posthorn.class);
              posthorn.send("invoice.paid", "{}");
              posthorn.send("invoice.paid", "{}");
              assertThat(accepted()).isEqualTo(2);
              context.stop();
              context.start();
              posthorn.send("invoice.paid", "{}");
              assertThat(accepted()).isEqualTo(1);
              assertThat(registry.counter("posthorn.of.the.program").count()).isEqualTo(1);
            });
  }

  @Test
  void aBinderOfTheProgramsOwnReplacesIt() {
    contexts()
        .withUserConfiguration(OwnBinder.class)
        .run(
            context -> {
              context.getBean(MeterBinder.class).bindTo(registry);
              context.getBean(Posthorn.class).send("invoice.paid", "{}");
              assertThat(accepted()).isEqualTo(1);
            });
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnBinder {
    @Bean
    PosthornMetrics metrics(Posthorn posthorn) {
      return new PosthornMetrics(posthorn);
    }
  }

  @Test
  void withoutARegistryThereIsNoBinder() {
    Contexts.in(folder)
        .withConfiguration(AutoConfigurations.of(PosthornMetricsAutoConfiguration.class))
        .run(context -> assertThat(context).doesNotHaveBean(MeterBinder.class));
  }
}
