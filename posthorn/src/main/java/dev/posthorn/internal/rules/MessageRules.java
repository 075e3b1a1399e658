package dev.posthorn.internal.rules;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Rules for messages; event types and event ids follow {@link NameRules#NAME}. */
public final class MessageRules {
  /** Maximum number of tags of a message. */
  public static final int MAX_TAGS = 5;

  /** The rule for a tag. */
  public static final TextRule TAG =
      new TextRule(
          Pattern.compile("[a-zA-Z0-9\\-_./\\\\#]{1,128}"),
          128,
          "1 to 128 of the characters a-z A-Z 0-9 - _ . / \\ #",
          "invoice/2026");

  /** The rule for the media type of a payload. */
  public static final TextRule MEDIA_TYPE =
      new TextRule(
          Pattern.compile("(?=[^/]*/)[!-~][ -~]{0,254}"),
          255,
          "a media type of at most 255 visible ASCII characters",
          "text/plain");

  /** The latest time that users may set; ids can represent times until 2109. */
  public static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");

  /** The range of a delay from now. */
  public static final TimeRange DELAY = new TimeRange(Duration.ZERO, Duration.ofDays(36_500));

  /** The range of a lifetime from now. */
  public static final TimeRange LIFETIME =
      new TimeRange(Duration.ofMillis(1), Duration.ofDays(36_500));

  /** The range of the number of days for which a payload is kept. */
  public static final NumberRange PAYLOAD_DAYS = new NumberRange(1, 90);

  /** The range of the number of hours for which a payload is kept. */
  public static final NumberRange PAYLOAD_HOURS = new NumberRange(1, 90 * 24);

  private MessageRules() {}

  /** Returns the problem with the tags of a message, or null. */
  public static @Nullable String tagsProblem(Collection<String> tags) {
    return TAG.problem(tags, MAX_TAGS);
  }

  /** Returns the problem with a time set by a user, or null. */
  public static @Nullable String timeProblem(Instant time) {
    return time.isBefore(Instant.EPOCH) || time.isAfter(LATEST)
        ? "must be from " + Instant.EPOCH + " to " + LATEST + ", but is " + time
        : null;
  }
}
