package dev.posthorn.server.boot;

import dev.posthorn.server.config.Setting;
import dev.posthorn.server.config.SettingReader;
import dev.posthorn.server.endpointalert.AlertOptions;
import dev.posthorn.server.endpointalert.MailAddress;
import dev.posthorn.server.endpointalert.SmtpServer;
import dev.posthorn.spi.transport.HttpTarget;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reader of the settings of alerts. */
final class AlertSettings {
  private AlertSettings() {}

  /**
   * Returns the recipients of alerts.
   *
   * @throws dev.posthorn.server.config.BadSettingException if a value is invalid
   */
  static AlertOptions of(SettingReader settings) {
    String smtp = settings.secret(Setting.SMTP_URL);
    List<String> addresses = settings.made(Setting.ALERT_EMAIL, AlertSettings::addresses);
    String sender = settings.text(Setting.ALERT_FROM);
    if (smtp == null && !addresses.isEmpty()) {
      throw settings.bad(Setting.SMTP_URL, "is missing; it names the server for the e-mails");
    }
    if (smtp != null && sender == null) {
      throw settings.bad(Setting.ALERT_FROM, "is missing; it is the sender of the e-mails");
    }
    return new AlertOptions(
        smtp == null ? null : settings.made(Setting.SMTP_URL, text -> SmtpServer.of(smtp)),
        sender == null ? "" : settings.made(Setting.ALERT_FROM, MailAddress::checked),
        addresses,
        url(settings),
        settings.text(Setting.ALERT_LINK) == null
            ? null
            : settings.made(Setting.ALERT_LINK, AlertSettings::link));
  }

  private static @Nullable String url(SettingReader settings) {
    String url = settings.secret(Setting.ALERT_URL);
    if (url != null) {
      var unused = settings.made(Setting.ALERT_URL, text -> HttpTarget.parse(url));
    }
    return url;
  }

  private static List<String> addresses(String text) {
    return text.isEmpty()
        ? List.of()
        : Arrays.stream(text.split(",", -1)).map(String::strip).map(MailAddress::checked).toList();
  }

  private static String link(String text) {
    if (!text.startsWith("https://") && !text.startsWith("http://")) {
      throw new IllegalArgumentException(
          "must be a URL such as https://app.example.com/webhooks/{application}/{endpoint}");
    }
    return text;
  }
}
