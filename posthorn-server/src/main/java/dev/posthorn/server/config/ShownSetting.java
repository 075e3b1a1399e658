package dev.posthorn.server.config;

import dev.posthorn.internal.rules.StoreUrl;
import java.util.Arrays;
import java.util.List;

/**
 * A setting in use, for people. A secret is masked.
 *
 * @param setting the setting
 * @param value its value as written; empty for none
 * @param source the flag, variable or file that it is from, or {@code default}
 */
public record ShownSetting(Setting setting, String value, String source) {
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
    return text.isEmpty() ? "" : "(not shown)";
  }
}
