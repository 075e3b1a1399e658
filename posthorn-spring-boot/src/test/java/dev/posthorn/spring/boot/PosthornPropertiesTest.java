package dev.posthorn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.EgressProxy;
import dev.posthorn.PosthornException;
import dev.posthorn.PosthornOptions;
import dev.posthorn.RetrySchedule;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class PosthornPropertiesTest {
  private static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

  @TempDir private Path folder;

  private static PosthornProperties bound(Map<String, String> properties) {
    return new Binder(new MapConfigurationPropertySource(properties))
        .bindOrCreate("posthorn", PosthornProperties.class);
  }

  private static PosthornOptions options(Map<String, String> properties) {
    return new OptionsFactory(bound(properties), new ProgramDatabase(null, 0))
        .builder(null, List.of())
        .build();
  }

  @Test
  void defaultsAreThoseOfTheLibraryExceptForFileAndOpenTimeout() {
    assertThat(options(Map.of()))
        .isEqualTo(
            PosthornOptions.builder(Path.of("webhooks.db"))
                .openTimeout(Duration.ofSeconds(30))
                .build());
  }

  @Test
  void eachPropertySetsItsOption() {
    PosthornOptions options =
        options(
            Map.ofEntries(
                Map.entry("posthorn.store.file", "/srv/own.db"),
                Map.entry("posthorn.store.open-timeout", "1s"),
                Map.entry("posthorn.store.temp-folder", "/srv/tmp"),
                Map.entry("posthorn.keys.file", "/srv/own.key"),
                Map.entry("posthorn.keys.file-permissions", "0440"),
                Map.entry("posthorn.messages.max-payload-size", "2MB"),
                Map.entry("posthorn.messages.retention", "7d"),
                Map.entry("posthorn.messages.send-timeout", "2s"),
                Map.entry("posthorn.messages.strict-event-types", "true"),
                Map.entry("posthorn.delivery.retry-schedule", "1s,2m"),
                Map.entry("posthorn.delivery.jitter", "0"),
                Map.entry("posthorn.delivery.request-timeout", "3s"),
                Map.entry("posthorn.delivery.disable-after", "2d"),
                Map.entry("posthorn.delivery.max-in-flight", "100"),
                Map.entry("posthorn.delivery.concurrency", "9"),
                Map.entry("posthorn.delivery.close-timeout", "4s"),
                Map.entry("posthorn.delivery.svix-headers", "true"),
                Map.entry("posthorn.network.allowed", "10.0.0.0/8, 127.0.0.0/8"),
                Map.entry("posthorn.network.trusted-certificates", "/srv/ca.pem"),
                Map.entry("posthorn.network.proxy.host", "proxy.local"),
                Map.entry("posthorn.network.proxy.port", "8080"),
                Map.entry("posthorn.network.proxy.user", "ada"),
                Map.entry("posthorn.network.proxy.password", "secret"),
                Map.entry("posthorn.network.proxy.resolve-names", "true")));
    assertThat(options)
        .isEqualTo(
            PosthornOptions.builder(Path.of("/srv/own.db"))
                .openTimeout(Duration.ofSeconds(1))
                .tempFolder(Path.of("/srv/tmp"))
                .keyFile(Path.of("/srv/own.key"))
                .keyFilePermissions("0440")
                .maxPayloadSize(2 << 20)
                .retention(Duration.ofDays(7))
                .sendTimeout(Duration.ofSeconds(2))
                .strictEventTypes(true)
                .retrySchedule(RetrySchedule.of(Duration.ofSeconds(1), Duration.ofMinutes(2)))
                .jitter(0)
                .requestTimeout(Duration.ofSeconds(3))
                .disableAfter(Duration.ofDays(2))
                .maxInFlight(100)
                .concurrency(9)
                .closeTimeout(Duration.ofSeconds(4))
                .svixHeaders(true)
                .allowNetworks("10.0.0.0/8", "127.0.0.0/8")
                .trustedCertificates(Path.of("/srv/ca.pem"))
                .proxy(
                    EgressProxy.builder("proxy.local", 8080)
                        .credentials("ada", "secret")
                        .resolveNames(true)
                        .build())
                .build());
    assertThat(PosixFilePermissions.toString(options.keyFilePermissions())).isEqualTo("r--r-----");
  }

  @Test
  void anEmptyScheduleIsASingleAttempt() {
    assertThat(options(Map.of("posthorn.delivery.retry-schedule", "")).retrySchedule())
        .isEqualTo(RetrySchedule.of());
  }

  @ParameterizedTest
  @CsvSource({
    "posthorn.store.open-timeout, -1s, must be",
    "posthorn.keys.file-permissions, 0777, must not give others",
    "posthorn.messages.max-payload-size, 1GB, must be",
    "posthorn.messages.retention, 1s, must be",
    "posthorn.messages.send-timeout, 0s, must be",
    "posthorn.delivery.retry-schedule, 32d, days",
    "posthorn.delivery.jitter, 2, must be",
    "posthorn.delivery.request-timeout, 1h, must be",
    "posthorn.delivery.disable-after, 1ms, must be",
    "posthorn.delivery.max-in-flight, 0, must be",
    "posthorn.delivery.concurrency, 2000, must be",
    "posthorn.delivery.close-timeout, 2h, must be",
    "posthorn.network.allowed, 10.0.0, is not a block of addresses",
  })
  void anInvalidValueIsReportedWithItsProperty(String property, String value, String problem) {
    Contexts.in(folder)
        .withPropertyValues(property + "=" + value)
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .isInstanceOfSatisfying(
                        InvalidConfigurationPropertyValueException.class,
                        e -> {
                          assertThat(e.getName()).isEqualTo(property);
                          assertThat(e.getReason()).contains(problem);
                        }));
  }

  @Test
  void aProxyNeedsAHostAndBothCredentials() {
    failure("posthorn.network.proxy.port=8080")
        .hasMessage("posthorn.network.proxy.host: is missing; set it, or no property of the proxy");
    failure("posthorn.network.proxy.host=proxy.local", "posthorn.network.proxy.user=ada")
        .hasMessage(
            "posthorn.network.proxy.password: is missing; set user and password, or neither");
  }

  @Test
  void aSecretIsShownNowhere() {
    failure("posthorn.keys.secret=" + KEY, "posthorn.keys.file=/srv/own.key")
        .hasMessage(
            "posthorn.keys.secret: is set beside posthorn.keys.file; set either the key or its"
                + " file");
    failure("posthorn.keys.secret=hunter2")
        .hasMessageStartingWith("posthorn.keys.secret: ")
        .message()
        .doesNotContain("hunter2");
    PosthornProperties properties =
        bound(
            Map.of(
                "posthorn.keys.secret", "hunter2",
                "posthorn.network.proxy.host", "proxy.local",
                "posthorn.network.proxy.user", "ada",
                "posthorn.network.proxy.password", "hunter3"));
    assertThat(properties.toString()).contains("proxy.local").doesNotContain("hunter", "ada");
  }

  private AbstractThrowableAssert<?, ?> failure(String... properties) {
    Throwable[] failure = new Throwable[1];
    Contexts.in(folder)
        .withPropertyValues(properties)
        .run(context -> failure[0] = context.getStartupFailure());
    return assertThat(failure[0]).rootCause().isInstanceOf(PosthornException.class);
  }
}
