package dev.posthorn.server.config;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Command-line flags for settings, grouped by frequency of use. */
public final class SettingFlags {
  private static final String CONFIG = "--config";
  private static final String CONFIG_VARIABLE = "POSTHORN_CONFIG";

  private SettingFlags() {}

  /** Adds the flags of all settings. */
  public static void addAll(CommandSpec command) {
    command.addOption(config());
    int order = 1;
    for (Setting.Tier tier : Setting.Tier.values()) {
      ArgGroupSpec.Builder group =
          ArgGroupSpec.builder()
              .exclusive(false)
              .validate(false)
              .multiplicity("0..1")
              .order(order++)
              .heading("%n" + tier.heading() + ":%n");
      for (Setting setting : Setting.values()) {
        if (setting.tier() == tier) {
          group.addArg(flag(setting));
        }
      }
      command.addArgGroup(group.build());
    }
  }

  /** Adds the flags of some settings. */
  public static void add(CommandSpec command, Setting... settings) {
    command.addOption(config());
    for (Setting setting : settings) {
      command.addOption(flag(setting));
    }
  }

  private static OptionSpec config() {
    return OptionSpec.builder(CONFIG)
        .paramLabel("FILE")
        .type(String.class)
        .order(0)
        .description(
            "A file of settings, such as retry-schedule=5s,5m; flags and environment variables"
                + " take precedence. ("
                + CONFIG_VARIABLE
                + ")")
        .build();
  }

  private static OptionSpec flag(Setting setting) {
    String fallback =
        setting.defaultValue().isEmpty() ? "" : "default " + setting.defaultValue() + "; ";
    return OptionSpec.builder(setting.flag())
        .paramLabel(setting.label())
        .type(String.class)
        .order(Arrays.asList(Setting.values()).indexOf(setting) + 1)
        .description(setting.help() + " (" + fallback + setting.variable() + ")")
        .build();
  }

  /**
   * Returns the configuration of a command.
   *
   * @throws BadSettingException if it cannot be read
   */
  public static Configuration read(ParseResult parsed, Map<String, String> environment) {
    return read(parsed, environment, Configuration.Fixed.NONE);
  }

  /**
   * Returns the configuration of a command.
   *
   * @param fixed values that take precedence over all others
   * @throws BadSettingException if it cannot be read
   */
  public static Configuration read(
      ParseResult parsed, Map<String, String> environment, Configuration.Fixed fixed) {
    String file = parsed.matchedOptionValue(CONFIG, environment.get(CONFIG_VARIABLE));
    return read(setting -> value(parsed, setting.flag()), environment, file, fixed);
  }

  /**
   * Returns the configuration from some flags and the environment.
   *
   * @throws BadSettingException if it cannot be read
   */
  public static Configuration read(
      Function<Setting, @Nullable String> flags, Map<String, String> environment) {
    return read(flags, environment, environment.get(CONFIG_VARIABLE), Configuration.Fixed.NONE);
  }

  private static Configuration read(
      Function<Setting, @Nullable String> flags,
      Map<String, String> environment,
      @Nullable String file,
      Configuration.Fixed fixed) {
    return Configuration.of(
        flags, environment, file == null || file.isBlank() ? null : Path.of(file), fixed);
  }

  private static @Nullable String value(ParseResult parsed, String flag) {
    List<String> texts =
        parsed.hasMatchedOption(flag) ? parsed.matchedOption(flag).stringValues() : List.of();
    return texts.isEmpty() ? null : texts.get(texts.size() - 1);
  }
}
