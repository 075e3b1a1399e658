package dev.posthorn.server.config;

import dev.posthorn.internal.rules.StoreUrl;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A setting in use, for people. A secret is masked.
 *
 * @param setting the setting
 * @param value its value as written; empty for none
 * @param source the flag, variable or file that it is from, or {@code default}
 */
public record ShownSetting(Setting setting, String value, String source) {
  /** The parts of a collector's URL that may be secret: the user and the query. */
  private static final Pattern CREDENTIALS = Pattern.compile("(?<=//)[^/]*@|[?#].*");

  /** Returns all settings of a configuration. */
  public static List<ShownSetting> of(Configuration configuration) {
    return Arrays.stream(Setting.values()).map(setting -> of(configuration, setting)).toList();
  }

  /** Returns one setting of a configuration. */
  public static ShownSetting of(Configuration configuration, Setting setting) {
    Configuration.Value value = configuration.value(setting);
    String text = setting.isSecret() ? masked(setting, value.text()) : value.text();
    return new ShownSetting(setting, text, value.source());
  }

  private static String masked(Setting setting, String text) {
    if ((setting == Setting.STORE || setting == Setting.INBOX) && StoreUrl.isPostgresql(text)) {
      return StoreUrl.shown(StoreUrl.jdbc(text)) + ", without its parameters";
    }
    if (setting == Setting.OTEL_ENDPOINT) {
      return CREDENTIALS.matcher(text).replaceAll("");
    }
    return text.isEmpty() ? "" : "(not shown)";
  }
}
