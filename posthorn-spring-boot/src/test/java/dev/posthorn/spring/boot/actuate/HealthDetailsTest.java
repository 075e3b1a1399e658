package dev.posthorn.spring.boot.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.Posthorn;
import dev.posthorn.spring.boot.Contexts;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class HealthDetailsTest {
  @TempDir private Path folder;

  private ApplicationContextRunner contexts() {
    return Contexts.in(folder)
        .withConfiguration(
            AutoConfigurations.of(
                PosthornHealthAutoConfiguration.class,
                Boot3PosthornHealthAutoConfiguration.class,
                PosthornInfoAutoConfiguration.class));
  }

  @Test
  void detailsHaveTheStateAndWhatWaits() {
    contexts()
        .run(
            context -> {
              Posthorn posthorn = context.getBean(Posthorn.class);
              assertThat(HealthDetails.of(posthorn).up()).isTrue();
              assertThat(HealthDetails.of(posthorn).details())
                  .containsEntry("state", "READY")
                  .containsEntry("held", false)
                  .containsEntry("inFlight", 0)
                  .containsEntry("waitingInMemory", 0L)
                  .containsEntry("overdue", "PT0S");
              context.stop();
              assertThat(HealthDetails.of(posthorn).up()).isFalse();
              assertThat(HealthDetails.of(posthorn).details())
                  .containsEntry("state", "CLOSED")
                  .doesNotContainKey("inFlight");
            });
  }

  @Test
  void oneIndicatorFitsEachLineOfSpringBoot() {
    contexts().run(context -> assertThat(context).hasBean("posthornHealthIndicator"));
  }

  @Test
  void indicatorAndContributorCanBeDisabled() {
    for (String property :
        Stream.of("health.posthorn", "health.defaults").map(one -> "management." + one).toList()) {
      contexts()
          .withPropertyValues(property + ".enabled=false", "management.info.posthorn.enabled=false")
          .run(
              context ->
                  assertThat(context)
                      .doesNotHaveBean("posthornHealthIndicator")
                      .doesNotHaveBean(PosthornInfoContributor.class));
    }
  }

  @Test
  void withoutAPosthornThereIsNeither() {
    contexts()
        .withPropertyValues("posthorn.enabled=false")
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .doesNotHaveBean("posthornHealthIndicator")
                    .doesNotHaveBean(PosthornInfoContributor.class));
  }
}
