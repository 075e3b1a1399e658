package dev.posthorn.server.api.spec;

import static java.util.Map.entry;

import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.rules.ApplicationRules;
import dev.posthorn.internal.rules.ChannelRules;
import dev.posthorn.internal.rules.EndpointRules;
import dev.posthorn.internal.rules.EventTypeRules;
import dev.posthorn.internal.rules.HeaderRules;
import dev.posthorn.internal.rules.MessageRules;
import dev.posthorn.internal.rules.MetadataRules;
import dev.posthorn.internal.rules.NameRules;
import dev.posthorn.internal.rules.RequestRules;
import dev.posthorn.internal.rules.RetryRules;
import dev.posthorn.internal.rules.TokenRules;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Limits and patterns for placeholders in the schemas: {@code "${NAME_LENGTH}"} alone becomes a
 * number or pattern; within a text, it becomes a formatted number.
 */
final class SchemaLimits {
  private static final Pattern PLACEHOLDER = Pattern.compile("(\")?\\$\\{([A-Z_]+)}(\")?");

  private static final Map<String, Object> VALUES =
      Map.ofEntries(
          entry("APPLICATION_ID", IdPrefix.APPLICATION.pattern()),
          entry("ENDPOINT_ID", IdPrefix.ENDPOINT.pattern()),
          entry("MESSAGE_ID", IdPrefix.MESSAGE.pattern()),
          entry("ATTEMPT_ID", IdPrefix.ATTEMPT.pattern()),
          entry("TASK_ID", IdPrefix.TASK.pattern()),
          entry("TOKEN_ID", IdPrefix.TOKEN.pattern()),
          entry("NAME_LENGTH", NameRules.MAX_LENGTH),
          entry("NAME_PATTERN", NameRules.NAME.schemaPattern()),
          entry("APPLICATION_NAME", ApplicationRules.MAX_NAME),
          entry("METADATA_ENTRIES", MetadataRules.MAX_ENTRIES),
          entry("METADATA_KEY", MetadataRules.MAX_KEY),
          entry("METADATA_VALUE", MetadataRules.MAX_VALUE),
          entry("METADATA_TOGETHER", MetadataRules.MAX_TOGETHER),
          entry("CHANNELS", ChannelRules.MAX_CHANNELS),
          entry("CHANNEL_LENGTH", ChannelRules.CHANNEL.maxLength()),
          entry("CHANNEL_PATTERN", ChannelRules.CHANNEL.schemaPattern()),
          entry("TAGS", MessageRules.MAX_TAGS),
          entry("TAG_LENGTH", MessageRules.TAG.maxLength()),
          entry("TAG_PATTERN", MessageRules.TAG.schemaPattern()),
          entry("PAYLOAD_DAYS", MessageRules.PAYLOAD_DAYS.max()),
          entry("PAYLOAD_HOURS", MessageRules.PAYLOAD_HOURS.max()),
          entry("RATE", EndpointRules.RATE_LIMIT.max()),
          entry("GRACE_SECONDS", EndpointRules.SECRET_GRACE.seconds().max()),
          entry("FILTERS", EndpointRules.MAX_FILTERS),
          entry("FILTERS_TOGETHER", EndpointRules.MAX_FILTERS_TOGETHER),
          entry("FILTER_PATTERN", EndpointRules.FILTER.schemaPattern()),
          entry("PEM_LENGTH", EndpointRules.MAX_PEM),
          entry("HEADERS", HeaderRules.MAX_HEADERS),
          entry("HEADERS_TOGETHER", HeaderRules.MAX_TOGETHER),
          entry("RETRY_WAITS", RetryRules.MAX_WAITS),
          entry("RETRY_SECONDS", RetryRules.MAX_TOTAL.toSeconds()),
          entry("RETRY_DAYS", RetryRules.MAX_TOTAL.toDays()),
          entry("EVENT_TYPE_DESCRIPTION", EventTypeRules.MAX_DESCRIPTION),
          entry("SCHEMAS", EventTypeRules.MAX_SCHEMAS),
          entry("EVENT_TYPES", EventTypeRules.MAX_EVENT_TYPES),
          entry("FLAGS", EventTypeRules.MAX_FLAGS),
          entry("TOKEN_NAME", TokenRules.MAX_NAME),
          entry("SESSION_LENGTH", TokenRules.SESSION.maxLength()),
          entry("SESSION_PATTERN", TokenRules.SESSION.schemaPattern()),
          entry("SESSIONS", TokenRules.MAX_SESSIONS),
          entry("PORTAL_MIN", TokenRules.PORTAL_SECONDS.min()),
          entry("PORTAL_MAX", TokenRules.PORTAL_SECONDS.max()),
          entry("DELAY_SECONDS", TokenRules.DELAY_SECONDS.max()),
          entry("KEY_SECONDS", TokenRules.KEY_SECONDS.max()),
          entry("PAGE", RequestRules.PAGE.max()),
          entry("IDS", RequestRules.MAX_IDS),
          entry("APPLICATIONS", RequestRules.MAX_APPLICATIONS),
          entry("BULK_ENDPOINTS", RequestRules.MAX_BULK_ENDPOINTS),
          entry("BULK_HOURS", RequestRules.BULK_HOURS.max()),
          entry("FILTER_TEXT", RequestRules.MAX_FILTER));

  private SchemaLimits() {}

  /** Returns the names of all placeholders. */
  static Set<String> names() {
    return VALUES.keySet();
  }

  /**
   * Returns the JSON text of schemas with its placeholders replaced.
   *
   * @throws IllegalStateException if a placeholder is unknown
   */
  static String fill(String schemas) {
    return PLACEHOLDER
        .matcher(schemas)
        .replaceAll(found -> Matcher.quoteReplacement(value(found.group(2), found)));
  }

  private static String value(String name, MatchResult found) {
    Object value = VALUES.get(name);
    if (value == null) {
      throw new IllegalStateException("no limit has the name " + name);
    }
    boolean alone = found.group(1) != null && found.group(3) != null;
    if (!alone) {
      String before = found.group(1) == null ? "" : found.group(1);
      String after = found.group(3) == null ? "" : found.group(3);
      return before + String.format(Locale.ROOT, "%,d", (Number) value) + after;
    }
    return value instanceof Number
        ? value.toString()
        : "\"" + value.toString().replace("\\", "\\\\") + "\"";
  }
}
