package dev.posthorn.internal.rules;

import java.time.Duration;
import java.util.regex.Pattern;

/** Rules for the options of the inbox. */
public final class InboxRules {
  /** The rule for the name of the table, which becomes part of statements as it is. */
  public static final TextRule TABLE =
      new TextRule(
          Pattern.compile("(?=.{1,200}$)[a-zA-Z_][a-zA-Z0-9_$]*(\\.[a-zA-Z_][a-zA-Z0-9_$]*){0,2}"),
          200,
          "a name of letters, digits, _ and $, which may follow a schema and a dot",
          "posthorn_inbox");

  /** The time after which the relay looks for rows that nobody told it of. */
  public static final TimeRange POLL_INTERVAL =
      new TimeRange(Duration.ofMillis(10), Duration.ofMinutes(1));

  /** The number of rows that the relay reads together. */
  public static final NumberRange PAGE_SIZE = new NumberRange(1, 1_000);

  private InboxRules() {}
}
