package dev.posthorn.server.config;

import dev.posthorn.internal.file.FileFailure;
import dev.posthorn.internal.rules.NumberRange;
import dev.posthorn.internal.rules.RetryRules;
import dev.posthorn.internal.rules.TimeRange;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reader of a configuration's values; an invalid value is a {@link BadSettingException}. */
public final class SettingReader {
  private static final Pattern BYTES = Pattern.compile("(\\d{1,9})([kKmM]?)");

  private final Configuration configuration;

  /** Creates a reader. */
  public SettingReader(Configuration configuration) {
    this.configuration = configuration;
  }

  /** Returns a setting's text, or null if it is empty. */
  public @Nullable String text(Setting setting) {
    String text = configuration.text(setting);
    return text.isEmpty() ? null : text;
  }

  /** Returns a secret: the text, or the first line of the file for {@code @FILE}; null if empty. */
  public @Nullable String secret(Setting setting) {
    String text = text(setting);
    if (text == null || !text.startsWith("@")) {
      return text;
    }
    try {
      return Files.readString(Path.of(text.substring(1))).lines().findFirst().orElse("").strip();
    } catch (IOException e) {
      throw configuration.bad(
          setting, "cannot read " + text.substring(1) + ": " + FileFailure.why(e), e);
    }
  }

  /** Returns a file, or null if none is named. */
  public @Nullable Path file(Setting setting) {
    String text = text(setting);
    return text == null ? null : Path.of(text);
  }

  /** Returns a readable file, or null if none is named. */
  public @Nullable Path readable(Setting setting) {
    Path file = file(setting);
    if (file != null && !Files.isReadable(file)) {
      throw configuration.bad(setting, "cannot read " + file + "; name a readable file", null);
    }
    return file;
  }

  /** Returns an existing folder, or null if none is named. */
  public @Nullable Path folder(Setting setting) {
    Path folder = file(setting);
    if (folder != null && !Files.isDirectory(folder)) {
      throw configuration.bad(
          setting, folder + " is not a folder; name an existing, writable one", null);
    }
    return folder;
  }

  /** Returns an integer within bounds. */
  public int number(Setting setting, NumberRange range) {
    return checked(
        setting,
        text -> {
          int number = Integer.parseInt(text);
          require(range.contains(number));
          return number;
        },
        range.allowed());
  }

  /** Returns a number of bytes within bounds. */
  public int bytes(Setting setting, NumberRange range) {
    return checked(
        setting,
        text -> {
          Matcher matcher = BYTES.matcher(text);
          require(matcher.matches());
          long unit =
              switch (matcher.group(2)) {
                case "k", "K" -> 1L << 10;
                case "m", "M" -> 1L << 20;
                default -> 1L;
              };
          long bytes = Long.parseLong(matcher.group(1)) * unit;
          require(range.contains(bytes));
          return (int) bytes;
        },
        "a number of bytes from "
            + range.min()
            + " to "
            + range.max()
            + ", such as 1000, 64k or 1m");
  }

  /** Returns a fraction from 0 to 1. */
  public double share(Setting setting) {
    return checked(
        setting,
        text -> {
          double share = Double.parseDouble(text);
          require(share >= 0 && share <= 1);
          return share;
        },
        "a number from 0 to 1, such as 0.2");
  }

  /** Returns a boolean. */
  public boolean flag(Setting setting) {
    return checked(
        setting,
        text -> {
          require(text.equals("true") || text.equals("false"));
          return text.equals("true");
        },
        "true or false");
  }

  /** Returns one of some words. */
  public String word(Setting setting, List<String> words) {
    return checked(
        setting,
        text -> {
          require(words.contains(text));
          return text;
        },
        String.join(", ", words));
  }

  /** Returns a time in milliseconds within bounds. */
  public long millis(Setting setting, TimeRange range) {
    return checked(
        setting,
        text -> {
          Duration time = Durations.parse(text);
          require(range.contains(time));
          return time.toMillis();
        },
        "a time from "
            + Durations.text(range.min())
            + " to "
            + Durations.text(range.max())
            + ", such as "
            + Durations.EXAMPLES);
  }

  /** Returns the waits of a retry schedule in milliseconds; empty for {@code none}. */
  public List<Long> waits(Setting setting) {
    return checked(
        setting,
        text -> {
          List<Duration> waits = new ArrayList<>();
          if (!text.equals("none")) {
            for (String part : text.split(",", -1)) {
              waits.add(Durations.parse(part.strip()));
            }
          }
          require(RetryRules.problem(waits) == null);
          return waits.stream().map(Duration::toMillis).toList();
        },
        "at most "
            + RetryRules.MAX_WAITS
            + " waits, together at most "
            + Durations.text(RetryRules.MAX_TOTAL)
            + ", such as 5s,5m,2h; or none, for no retries");
  }

  /** Returns an address with a port. */
  public InetSocketAddress address(Setting setting) {
    return checked(setting, SettingReader::parseAddress, "HOST:PORT, such as 127.0.0.1:8071");
  }

  private static InetSocketAddress parseAddress(String text) {
    int colon = text.lastIndexOf(':');
    int port = Integer.parseInt(text.substring(colon + 1));
    require(colon > 0 && port >= 0 && port <= 65_535);
    String host = text.substring(0, colon);
    boolean isBracketed = host.startsWith("[") && host.endsWith("]");
    return new InetSocketAddress(isBracketed ? host.substring(1, host.length() - 1) : host, port);
  }

  /**
   * Returns the parsed value of a setting; replaces the parser's message by a description of valid
   * values.
   */
  private <T> T checked(Setting setting, Function<String, T> parser, String right) {
    String text = configuration.text(setting);
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw configuration.bad(setting, "\"" + text + "\" must be " + right, e);
    }
  }

  /** Returns the parsed value of a setting; the parser's message becomes the exception's. */
  public <T> T made(Setting setting, Function<String, T> parser) {
    try {
      return parser.apply(configuration.text(setting));
    } catch (IllegalArgumentException e) {
      throw configuration.bad(setting, String.valueOf(e.getMessage()), e);
    }
  }

  /** Returns an exception that names a setting, the source of its value, and the remedy. */
  public BadSettingException bad(Setting setting, String problem) {
    return configuration.bad(setting, problem, null);
  }

  private static void require(boolean right) {
    if (!right) {
      throw new IllegalArgumentException();
    }
  }
}
