package dev.posthorn.internal.rules;

import java.util.Collection;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Rules for the channels of endpoints and messages. */
public final class ChannelRules {
  /** Maximum number of channels of an endpoint or a message. */
  public static final int MAX_CHANNELS = 10;

  /** The rule for the name of a channel. */
  public static final TextRule CHANNEL =
      new TextRule(
          Pattern.compile("[a-zA-Z0-9\\-_.:+]{1,128}"),
          128,
          "1 to 128 of the characters a-z A-Z 0-9 - _ . : +",
          "project:17");

  private ChannelRules() {}

  /** Returns the problem with the channels of an endpoint or a message, or null. */
  public static @Nullable String problem(Collection<String> channels) {
    return CHANNEL.problem(channels, MAX_CHANNELS);
  }
}
