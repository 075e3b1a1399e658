package dev.posthorn.server.config;

import dev.posthorn.internal.file.FileFailure;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The value of each setting, and its source. A flag takes precedence over an environment variable,
 * that over the configuration file, and that over the default.
 */
public final class Configuration {
  private static final Set<String> OTHER_VARIABLES =
      Set.of(
          "POSTHORN_CONFIG",
          "POSTHORN_JAVA_OPTS",
          "POSTHORN_URL",
          "POSTHORN_TOKEN",
          "POSTHORN_CA",
          "POSTHORN_ADMIN_URL",
          "POSTHORN_ADMIN_CA",
          "POSTHORN_SECRET");

  /** Variables that Kubernetes sets for a service named posthorn. */
  private static final Pattern FOREIGN =
      Pattern.compile(
          "POSTHORN_(PORT|SERVICE_.*|PORT_.*|.*_(SERVICE_HOST|SERVICE_PORT.*|PORT_.*))");

  private static final String DEFAULT = "default";

  private final Map<Setting, Value> values = new EnumMap<>(Setting.class);
  private final List<String> unknownVariables = new ArrayList<>();

  /**
   * A value and its source.
   *
   * @param text the value as written
   * @param source its source, for people
   */
  public record Value(String text, String source) {}

  private Configuration() {}

  /**
   * Values that take precedence over all others.
   *
   * @param values the values
   * @param source their source, for people
   */
  public record Fixed(Map<Setting, String> values, String source) {
    /** No values. */
    public static final Fixed NONE = new Fixed(Map.of(), "");
  }

  /**
   * Creates a configuration.
   *
   * @param flags returns the value of a flag, or null
   * @param environment the environment variables
   * @param file the configuration file: properties in UTF-8, or null for none
   * @throws BadSettingException if the file cannot be read or has an unknown key
   */
  public static Configuration of(
      Function<Setting, @Nullable String> flags,
      Map<String, String> environment,
      @Nullable Path file) {
    return of(flags, environment, file, Fixed.NONE);
  }

  /** Creates a configuration with fixed values; see the other method. */
  static Configuration of(
      Function<Setting, @Nullable String> flags,
      Map<String, String> environment,
      @Nullable Path file,
      Fixed fixed) {
    Configuration all = new Configuration();
    for (Setting setting : Setting.values()) {
      all.values.put(setting, new Value(setting.defaultValue(), DEFAULT));
    }
    if (file != null) {
      all.read(file);
    }
    for (Setting setting : Setting.values()) {
      all.take(setting, setting.standardVariable(), environment);
      all.take(setting, setting.variable(), environment);
      String flag = flags.apply(setting);
      if (flag != null) {
        all.values.put(setting, new Value(flag.strip(), setting.flag()));
      }
    }
    fixed.values.forEach((setting, text) -> all.fix(setting, text, fixed.source));
    environment.keySet().stream()
        .filter(name -> name.startsWith("POSTHORN_") && !isKnown(name))
        .sorted()
        .forEach(all.unknownVariables::add);
    return all;
  }

  private void fix(Setting setting, String text, String source) {
    boolean same = text.equals(setting.defaultValue());
    values.put(setting, new Value(text, same ? DEFAULT : source));
  }

  private void take(Setting setting, @Nullable String name, Map<String, String> environment) {
    String variable = name == null ? null : environment.get(name);
    if (variable != null && !variable.isBlank()) {
      values.put(setting, new Value(variable.strip(), String.valueOf(name)));
    }
  }

  private static boolean isKnown(String variable) {
    return OTHER_VARIABLES.contains(variable)
        || FOREIGN.matcher(variable).matches()
        || Arrays.stream(Setting.values()).anyMatch(one -> one.variable().equals(variable));
  }

  private void read(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException e) {
      throw unreadable(file, FileFailure.why(e), e);
    } catch (IllegalArgumentException e) {
      throw unreadable(file, String.valueOf(e.getMessage()), e);
    }
    for (String key : properties.stringPropertyNames()) {
      Setting setting = Setting.of(key);
      if (setting == null) {
        throw new BadSettingException(
            file + ": unknown setting \"" + key + "\"; did you mean \"" + nearest(key) + "\"?",
            null);
      }
      values.put(setting, new Value(properties.getProperty(key).strip(), file.toString()));
    }
  }

  private static BadSettingException unreadable(Path file, String why, Exception cause) {
    return new BadSettingException(
        "--config: cannot read " + file + ": " + why + "; name a file of lines such as db=FILE",
        cause);
  }

  private static String nearest(String key) {
    return Arrays.stream(Setting.values())
        .map(Setting::key)
        .min(Comparator.comparingInt(known -> distance(known, key)))
        .orElseThrow();
  }

  /** Returns the Levenshtein distance of two texts. */
  private static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int above = row[j];
        int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(row[j], row[j - 1]) + 1, diagonal + change);
        diagonal = above;
      }
    }
    return row[other.length()];
  }

  /** Returns the value of a setting as written; empty for none. */
  public String text(Setting setting) {
    return value(setting).text();
  }

  /** Returns the value of a setting, and its source. */
  @SuppressWarnings("NullAway") // every setting has a value from the beginning
  public Value value(Setting setting) {
    return values.get(setting);
  }

  /** Returns unknown environment variables that look like settings. */
  public List<String> unknownVariables() {
    return List.copyOf(unknownVariables);
  }

  /** Returns an exception that names a setting, the source of its value, and the remedy. */
  BadSettingException bad(Setting setting, String problem, @Nullable Throwable cause) {
    String source = value(setting).source();
    boolean named = source.equals(setting.flag()) || source.equals(DEFAULT);
    String where = named ? "" : " (from " + source + ")";
    return new BadSettingException(setting.flag() + where + ": " + problem, cause);
  }

  @Override
  public String toString() {
    return "Configuration"; // never the values
  }
}
