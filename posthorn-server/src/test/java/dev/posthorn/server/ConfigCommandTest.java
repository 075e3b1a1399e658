package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.rules.NumberRange;
import dev.posthorn.internal.rules.OptionRules;
import dev.posthorn.server.config.BadSettingException;
import dev.posthorn.server.config.Configuration;
import dev.posthorn.server.config.Setting;
import dev.posthorn.server.config.SettingReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ConfigCommandTest {
  private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);

  @TempDir private Path folder;

  private final StringWriter text = new StringWriter();

  private int config(String... arguments) {
    List<String> all = new ArrayList<>(List.of("config"));
    all.addAll(List.of(arguments));
    return Commands.run(text, all.toArray(String[]::new));
  }

  @Test
  void everyDefaultIsAValueThatCanBe() {
    assertThat(config("--secret-key", KEY)).isZero();
    for (Setting setting : Setting.values()) {
      assertThat(text.toString())
          .contains(setting.key() + "=" + (setting.isSecret() ? "" : setting.defaultValue()));
    }
  }

  @Test
  void theUrlOfADatabaseIsShownWithoutItsParameters() {
    String url = "postgresql://hooks:S-1@db.example/billing?sslmode=verify-full";
    assertThat(config("--secret-key", KEY, "--store", url)).isZero();
    assertThat(text.toString())
        .contains("# store=jdbc:postgresql://db.example/billing, without its parameters  (--store)")
        .doesNotContain("S-1");
  }

  @Test
  void secretsAreNotShown() {
    assertThat(
            config(
                "--secret-key",
                KEY,
                "--jwt-secret",
                "S-1",
                "--admin-token",
                "S-2 and fourteen more",
                "--proxy",
                "http://u:S-3@h:1",
                "--otel-endpoint",
                "https://u:S-4@collector.example/traces?key=S-5"))
        .isZero();
    assertThat(text.toString())
        .doesNotContain(KEY)
        .doesNotContain("S-1", "S-2", "S-3", "S-4", "S-5")
        .contains("otel-endpoint=https://collector.example/traces ");
  }

  @Test
  void aFlagGoesBeforeAVariableAndThatBeforeTheFile() throws Exception {
    Path file =
        Files.writeString(folder.resolve("c"), "max-in-flight=1\nconcurrency=2\njitter=0.5\n");
    Configuration configuration =
        Configuration.of(
            setting -> setting == Setting.MAX_IN_FLIGHT ? "7" : null,
            Map.of("POSTHORN_MAX_IN_FLIGHT", "8", "POSTHORN_CONCURRENCY", "9"),
            file);
    SettingReader settings = new SettingReader(configuration);
    assertThat(settings.number(Setting.MAX_IN_FLIGHT, new NumberRange(1, 10))).isEqualTo(7);
    assertThat(settings.number(Setting.CONCURRENCY, new NumberRange(1, 10))).isEqualTo(9);
    assertThat(settings.share(Setting.JITTER)).isEqualTo(0.5);
    assertThat(configuration.value(Setting.MAX_IN_FLIGHT).source()).isEqualTo("--max-in-flight");
    assertThat(configuration.value(Setting.CONCURRENCY).source()).isEqualTo("POSTHORN_CONCURRENCY");
    assertThat(configuration.value(Setting.JITTER).source()).isEqualTo(file.toString());
    assertThat(configuration.value(Setting.RETENTION).source()).isEqualTo("default");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --listen                  | 8071            | HOST:PORT
          --retry-schedule          | 5 seconds       | 5s,5m,2h; or none
          --retry-schedule          | none,5s         | or none
          --disable-after           | 999ms           | 1s to 366d
          --request-timeout         | 100ms           | 1s to 10m
          --retention               | 1m              | 1h to 36500d
          --jitter                  | 2               | 0 to 1
          --max-payload-size        | 17m             | 64k
          --svix-headers            | yes             | true or false
          --log-level               | loud            | debug
          --log-format              | xml             | json
          --allow-network           | 10.0.0.0/99     | --allow-network
          --tls-cert                | /nowhere.pem    | cannot read
          --admin-tls-key           | /nowhere.pem    | cannot read
          --admin-token             | fifteen letters | needs at least 16; make one with
          --admin-host              | ops.example:80  | without a port
          --public-url              | hooks.example   | https://hooks.example.com
          --public-url              | https://a.b/c   | without a path
          --public-url              | https://u@a.b   | https://hooks.example.com
          --proxy                   | socks://h:1     | http://HOST:PORT
          --resolv-conf             | /nowhere.conf   | cannot read
          --proxy-resolve           | remote          | local, proxy
          --proxy-resolve           | proxy           | --proxy too
          --secret-key              | abc             | head -c 32
          --cors-origin             | example.com     | https://app.example.com
          --otel-endpoint           | collector:4318  | http://127.0.0.1:4318
          --otel-headers            | secret          | name=value
          --http-connections        | many            | 1 to
          --retention               | a week          | 7d or PT30S
          --temp-dir                | /nowhere        | name an existing, writable one
          """)
  void aBadValueIsNamedWithTheRemedy(String flag, String value, String remedy) {
    List<String> arguments = new ArrayList<>(List.of(flag, value));
    if (!flag.equals("--secret-key")) {
      arguments.addAll(List.of("--secret-key", KEY));
    }
    assertThat(config(arguments.toArray(String[]::new))).isEqualTo(2);
    assertThat(text.toString()).contains("posthorn: " + flag).contains(remedy);
  }

  @Test
  void timesAreTakenInBothSpellings() {
    Configuration configuration =
        Configuration.of(
            setting -> setting == Setting.REQUEST_TIMEOUT ? "PT30S" : null,
            Map.of("POSTHORN_RETENTION", "P7D", "POSTHORN_RETRY_SCHEDULE", "5s, PT5M"),
            null);
    SettingReader settings = new SettingReader(configuration);
    assertThat(settings.millis(Setting.REQUEST_TIMEOUT, OptionRules.REQUEST_TIMEOUT))
        .isEqualTo(30_000);
    assertThat(settings.millis(Setting.RETENTION, OptionRules.RETENTION)).isEqualTo(604_800_000);
    assertThat(settings.waits(Setting.RETRY_SCHEDULE)).containsExactly(5_000L, 300_000L);
  }

  @Test
  void oneAttemptAloneAndASecondOfFailuresCanBeSet() {
    assertThat(config("--secret-key", KEY, "--retry-schedule", "none", "--disable-after", "1s"))
        .isZero();
    assertThat(text.toString()).contains("retry-schedule=none").contains("disable-after=1s");
    SettingReader settings =
        new SettingReader(
            Configuration.of(
                setting -> setting == Setting.RETRY_SCHEDULE ? "none" : null, Map.of(), null));
    assertThat(settings.waits(Setting.RETRY_SCHEDULE)).isEmpty();
  }

  @Test
  void aShortJwtSecretIsTakenSinceTokensMayHangOnItAndTold() {
    assertThat(config("--secret-key", KEY, "--jwt-secret", "x".repeat(31))).isZero();
    assertThat(text.toString()).contains("# --jwt-secret has fewer than 32 bytes");
    text.getBuffer().setLength(0);
    assertThat(config("--secret-key", KEY, "--jwt-secret", "x".repeat(32))).isZero();
    assertThat(text.toString()).doesNotContain("fewer than");
  }

  @Test
  void aServerThatListensEverywhereNeedsToBeToldItsUrl() {
    assertThat(config("--secret-key", KEY, "--listen", "0.0.0.0:8071")).isZero();
    assertThat(text.toString()).contains("# --public-url is missing");
    text.getBuffer().setLength(0);
    String url = "https://hooks.example:8443/";
    String[] named = {"--secret-key", KEY, "--listen", "[::]:8071", "--public-url", url};
    assertThat(config(named)).isZero();
    assertThat(text.toString()).doesNotContain("is missing");
  }

  @Test
  void aCertificateNeedsItsKey() throws Exception {
    Path file = Files.writeString(folder.resolve("pem"), "x");
    assertThat(config("--secret-key", KEY, "--tls-cert", file.toString())).isEqualTo(2);
    assertThat(text.toString()).contains("--tls-key").contains("both");
  }

  @Test
  void aKeyInTheFileThatIsNotKnownIsRefusedWithTheNearest() throws Exception {
    Path file = Files.writeString(folder.resolve("c"), "retension=1d\n");
    Assertions.assertThatThrownBy(() -> Configuration.of(setting -> null, Map.of(), file))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("\"retension\"")
        .hasMessageContaining("\"retention\"");
  }

  @Test
  void aVariableThatIsNoSettingIsToldAndOneOfKubernetesIsNot() {
    Configuration configuration =
        Configuration.of(
            setting -> null,
            Map.of(
                "POSTHORN_PERMIT", "1",
                "POSTHORN_PORT", "tcp://10.0.0.1:80",
                "POSTHORN_SERVICE_HOST", "10.0.0.1",
                "POSTHORN_TOKEN", "t"),
            null);
    assertThat(configuration.unknownVariables()).containsExactly("POSTHORN_PERMIT");
  }

  @Test
  void aSecretMayBeInAFile() throws Exception {
    Path file = Files.writeString(folder.resolve("k"), KEY + "\n");
    Configuration configuration =
        Configuration.of(setting -> null, Map.of("POSTHORN_SECRET_KEY", "@" + file), null);
    assertThat(new SettingReader(configuration).secret(Setting.SECRET_KEY)).isEqualTo(KEY);
  }

  @Test
  void helpShowsTheSettingsInGroupsWithDefaultsAndVariables() {
    PrintWriter out = new PrintWriter(text, true);
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(out);
    assertThat(commandLine.execute("serve", "--help")).isZero();
    String help = text.toString().replaceAll("\\s+", " ");
    assertThat(help)
        .containsSubsequence(
            "Essential:", "--db", "Often used:", "--retention", "Rarely used:", "--max-in-flight");
    assertThat(help).contains("default 90d; POSTHORN_RETENTION");
  }
}
