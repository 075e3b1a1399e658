package dev.posthorn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.wire.StandardWireFormat;
import dev.posthorn.spi.wire.WireFormat;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class OptionsTest {
  private static final Path FILE = Path.of("webhooks.db");
  private static final String KEY = "00".repeat(32);

  private final WireFormat format = new StandardWireFormat(false);
  private final PayloadMapper mapper = payload -> "1";
  private final Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
  private final EgressProxy proxy =
      EgressProxy.builder("proxy.example", 3128).credentials("user", "word").build();

  private PosthornOptions.Builder all() {
    return PosthornOptions.builder(FILE)
        .retrySchedule(RetrySchedule.of(Duration.ofSeconds(9)))
        .jitter(0.5)
        .requestTimeout(Duration.ofSeconds(2))
        .disableAfter(Duration.ofDays(1))
        .retention(Duration.ofDays(2))
        .sendTimeout(Duration.ofSeconds(3))
        .closeTimeout(Duration.ofSeconds(4))
        .openTimeout(Duration.ofSeconds(5))
        .maxInFlight(6)
        .concurrency(7)
        .maxPayloadSize(8)
        .allowNetworks("127.0.0.0/8", "::1")
        .trustedCertificates(Path.of("cas.pem"))
        .proxy(proxy)
        .keyFilePermissions("0640")
        .secretKey(KEY)
        .tempFolder(Path.of("temp"))
        .svixHeaders(true)
        .strictEventTypes(true)
        .json(mapper)
        .addWireFormat(format)
        .clock(clock);
  }

  @Test
  void everyOptionCanBeReadBack() {
    PosthornOptions options = all().build();
    assertThat(options.file()).isEqualTo(FILE);
    assertThat(options.retrySchedule()).isEqualTo(RetrySchedule.of(Duration.ofSeconds(9)));
    assertThat(options.jitter()).isEqualTo(0.5);
    assertThat(options.requestTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(options.disableAfter()).isEqualTo(Duration.ofDays(1));
    assertThat(options.retention()).isEqualTo(Duration.ofDays(2));
    assertThat(options.sendTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(options.closeTimeout()).isEqualTo(Duration.ofSeconds(4));
    assertThat(options.openTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(options.maxInFlight()).isEqualTo(6);
    assertThat(options.concurrency()).isEqualTo(7);
    assertThat(options.maxPayloadSize()).isEqualTo(8);
    assertThat(options.allowedNetworks()).containsExactly("127.0.0.0/8", "::1");
    assertThat(options.trustedCertificates()).isEqualTo(Path.of("cas.pem"));
    assertThat(options.proxy()).isEqualTo(proxy);
    assertThat(options.keyFile()).isEqualTo(Path.of("webhooks.db.key"));
    assertThat(options.keyFilePermissions())
        .contains(PosixFilePermission.GROUP_READ)
        .doesNotContain(PosixFilePermission.GROUP_WRITE);
    assertThat(options.secretKey()).isEqualTo(KEY);
    assertThat(options.tempFolder()).isEqualTo(Path.of("temp"));
    assertThat(options.svixHeaders()).isTrue();
    assertThat(options.strictEventTypes()).isTrue();
    assertThat(options.json()).isSameAs(mapper);
    assertThat(options.wireFormats()).containsExactly(format);
    assertThat(options.clock()).isSameAs(clock);
  }

  @Test
  void optionsAreValuesAndShowNoSecrets() {
    PosthornOptions options = all().build();
    assertThat(options).isEqualTo(all().build()).hasSameHashCodeAs(all().build());
    assertThat(options.toBuilder().build()).isEqualTo(options);
    assertThat(options.toBuilder().jitter(0.1).build()).isNotEqualTo(options);
    assertThat(options.toString())
        .startsWith("PosthornOptions[file=webhooks.db, retrySchedule=")
        .contains("secretKey=(hidden)", "maxInFlight=6", "proxy=EgressProxy[proxy.example:3128]")
        .doesNotContain(KEY, "word");
    assertThat(proxy)
        .isEqualTo(proxy.toBuilder().build())
        .hasSameHashCodeAs(proxy.toBuilder().build());
    assertThat(proxy).isNotEqualTo(EgressProxy.of("proxy.example", 3128));
  }

  @Test
  void whatWasBuiltNeverChanges() {
    PosthornOptions.Builder builder = PosthornOptions.builder(FILE).concurrency(1);
    PosthornOptions options = builder.build();
    builder.concurrency(2).addWireFormat(format);
    options.toBuilder().concurrency(3).build();
    assertThat(options.concurrency()).isEqualTo(1);
    assertThat(options.wireFormats()).isEmpty();
    assertThat(PosthornOptions.of(FILE)).isEqualTo(PosthornOptions.builder(FILE).build());
  }

  @Test
  void eitherTheKeyOrItsFileIsSet() {
    BadInputTest.assertRefused(
        Reason.INVALID, "secretKey", () -> all().keyFile(Path.of("keys")).build());
    BadInputTest.assertRefused(Reason.INVALID, "proxy", () -> EgressProxy.of("proxy", 65_536));
  }
}
