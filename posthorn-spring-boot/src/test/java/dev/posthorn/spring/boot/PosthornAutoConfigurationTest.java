package dev.posthorn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import dev.posthorn.Application;
import dev.posthorn.NewEndpoint;
import dev.posthorn.PayloadMapper;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import dev.posthorn.Receipt;
import dev.posthorn.testkit.receiver.Receiver;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

class PosthornAutoConfigurationTest {
  @TempDir private Path folder;

  private ApplicationContextRunner contexts() {
    return Contexts.in(folder);
  }

  @Test
  void aMessageIsSentThroughTheBean() {
    try (Receiver receiver = Receiver.start()) {
      contexts()
          .run(
              context -> {
                Posthorn posthorn = context.getBean(Posthorn.class);
                Application customer = posthorn.application("customer-17");
                customer.endpoints().add(NewEndpoint.of(receiver.url("/hooks")));
                Receipt receipt = customer.send("invoice.paid", "{\"id\":\"inv_1\"}");
                assertThat(receipt.endpoints()).hasSize(1);
                receiver.awaitRequests(1);
                assertThat(receiver.requests().getFirst().text()).isEqualTo("{\"id\":\"inv_1\"}");
              });
    }
  }

  @Test
  void thereIsNoBeanIfItIsDisabled() {
    contexts()
        .withPropertyValues("posthorn.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(Posthorn.class));
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aBeanOfTheProgramsOwnReplacesTheBean() {
    Path own = folder.resolve("own.db");
    contexts()
        .withBean(Posthorn.class, () -> Contexts.open(own))
        .run(
            context -> {
              assertThat(context).hasSingleBean(Posthorn.class);
              assertThat(context).doesNotHaveBean(PosthornLifecycle.class);
              assertThat(context).doesNotHaveBean(PosthornOptions.class);
            });
    assertThat(folder).isDirectoryContaining(file -> file.equals(own));
    assertThat(folder.resolve("webhooks.db")).doesNotExist();
  }

  @Test
  void optionsOfTheProgramsOwnReplaceTheProperties() {
    Path own = folder.resolve("own.db");
    contexts()
        .withBean(PosthornOptions.class, () -> Contexts.options(own))
        .run(context -> assertThat(context.getBean(Posthorn.class).health().isReady()).isTrue());
    assertThat(own).exists();
    assertThat(folder.resolve("webhooks.db")).doesNotExist();
  }

  @Test
  void customizersChangeWhatThePropertiesSetInTheirOrder() {
    contexts()
        .withPropertyValues("posthorn.delivery.concurrency=3")
        .withUserConfiguration(Customizers.class)
        .run(
            context -> {
              PosthornOptions options = context.getBean(PosthornOptions.class);
              assertThat(options.concurrency()).isEqualTo(5);
              assertThat(options.jitter()).isEqualTo(0.5);
            });
  }

  @Configuration(proxyBeanMethods = false)
  static class Customizers {
    @Bean
    @Order(2)
    PosthornOptionsCustomizer second() {
      return options -> options.concurrency(5);
    }

    @Bean
    @Order(1)
    PosthornOptionsCustomizer first() {
      return options -> options.concurrency(4).jitter(0.5);
    }
  }

  /** A payload whose JSON shows the mapper's naming strategy. */
  public record Invoice(String customerName) {}

  @Test
  void theProgramsMapperWritesPayloads() {
    contexts()
        .withPropertyValues("spring.jackson.property-naming-strategy=SNAKE_CASE")
        .run(
            context ->
                assertThat(written(context.getBean(Posthorn.class)))
                    .isEqualTo("{\"customer_name\":\"Ada\"}"));
  }

  @Test
  void aMapperOfJackson2WritesPayloadsIfItIsTheOnlyOne() {
    ObjectMapper mapper =
        new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);
    Contexts.bare(folder)
        .withBean(ObjectMapper.class, () -> mapper)
        .run(
            context ->
                assertThat(written(context.getBean(Posthorn.class)))
                    .isEqualTo("{\"customer_name\":\"Ada\"}"));
  }

  @Test
  void aPayloadMapperOfTheProgramsOwnTakesPrecedence() {
    contexts()
        .withBean(PayloadMapper.class, () -> payload -> "\"own\"")
        .run(context -> assertThat(written(context.getBean(Posthorn.class))).isEqualTo("\"own\""));
  }

  private static String written(Posthorn posthorn) {
    String id = posthorn.send("invoice.paid", new Invoice("Ada")).id();
    return new String(posthorn.messages().get(id).payload(), StandardCharsets.UTF_8);
  }

  @Test
  void neitherActuatorNorMicrometerNorJackson2IsNeeded() {
    Contexts.bare(folder)
        .withClassLoader(
            new FilteredClassLoader(
                "io.micrometer",
                "org.springframework.boot.actuate",
                "org.springframework.boot.health",
                "com.fasterxml.jackson.databind"))
        .withBean(PayloadMapper.class, () -> payload -> "\"own\"")
        .run(context -> assertThat(context).hasNotFailed().hasSingleBean(Posthorn.class));
  }

  @Test
  void aDoubleMayReplaceTheBeanInATest() {
    contexts()
        .withInitializer(context -> context.addBeanFactoryPostProcessor(this::replaceByDouble))
        .run(context -> assertThat(context).hasNotFailed());
    assertThat(folder).isEmptyDirectory();
  }

  /** Does what Spring does for {@code @MockitoBean}. */
  private void replaceByDouble(ConfigurableListableBeanFactory beans) {
    Object nothing =
        Proxy.newProxyInstance(
            Posthorn.class.getClassLoader(), new Class<?>[] {Posthorn.class}, (p, m, a) -> null);
    ((BeanDefinitionRegistry) beans).removeBeanDefinition("posthorn");
    beans.registerSingleton("posthorn", nothing);
  }
}
