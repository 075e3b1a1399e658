package dev.posthorn.server.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.server.config.BadSettingException;
import dev.posthorn.server.config.Configuration;
import dev.posthorn.server.config.Setting;
import dev.posthorn.server.config.SettingReader;
import dev.posthorn.server.config.ShownSetting;
import dev.posthorn.server.endpointalert.AlertOptions;
import dev.posthorn.server.endpointalert.SmtpServer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AlertSettingsTest {
  private final Map<Setting, String> flags = new EnumMap<>(Setting.class);

  private Configuration configuration() {
    return Configuration.of(flags::get, Map.of(), null);
  }

  private AlertOptions read() {
    return AlertSettings.of(new SettingReader(configuration()));
  }

  @Test
  void withoutSettingsNobodyGetsAnything() {
    assertThat(read()).isEqualTo(AlertOptions.NONE);
  }

  @Test
  void allSettingsAreRead() {
    flags.put(Setting.SMTP_URL, "smtp://u:p@mail.example.com");
    flags.put(Setting.ALERT_FROM, "posthorn@example.com");
    flags.put(Setting.ALERT_EMAIL, "a@example.com, b@example.com");
    flags.put(Setting.ALERT_URL, "https://hooks.slack.com/services/T/B/x");
    flags.put(Setting.ALERT_LINK, "https://app.example.com/{application}/{endpoint}");
    assertThat(read())
        .isEqualTo(
            new AlertOptions(
                SmtpServer.of("smtp://u:p@mail.example.com"),
                "posthorn@example.com",
                List.of("a@example.com", "b@example.com"),
                "https://hooks.slack.com/services/T/B/x",
                "https://app.example.com/{application}/{endpoint}"));
    assertThat(ShownSetting.of(configuration()).toString())
        .doesNotContain("u:p")
        .doesNotContain("services/T");
  }

  private void refuses(Setting where, String why) {
    assertThatThrownBy(this::read)
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining(where.flag())
        .hasMessageContaining(why)
        .hasMessageNotContaining("secret");
    flags.clear();
  }

  @Test
  void whatCannotWorkIsRefused() {
    flags.put(Setting.ALERT_EMAIL, "a@example.com");
    refuses(Setting.SMTP_URL, "is missing");
    flags.put(Setting.SMTP_URL, "smtp://mail.example.com");
    refuses(Setting.ALERT_FROM, "is missing");
    flags.put(Setting.SMTP_URL, "smtp://u:secret@mail.example.com/path");
    flags.put(Setting.ALERT_FROM, "posthorn@example.com");
    refuses(Setting.SMTP_URL, "must be smtp://");
    flags.put(Setting.SMTP_URL, "smtp://mail.example.com");
    flags.put(Setting.ALERT_FROM, "nobody");
    refuses(Setting.ALERT_FROM, "must be an address");
    flags.put(Setting.SMTP_URL, "smtp://mail.example.com");
    flags.put(Setting.ALERT_FROM, "posthorn@example.com");
    flags.put(Setting.ALERT_EMAIL, "Ann <a@example.com>");
    refuses(Setting.ALERT_EMAIL, "must be an address");
    flags.put(Setting.ALERT_URL, "ftp://chat.example.com/secret");
    refuses(Setting.ALERT_URL, "http or https");
    flags.put(Setting.ALERT_LINK, "javascript:alert(1)");
    refuses(Setting.ALERT_LINK, "must be a URL");
  }
}
