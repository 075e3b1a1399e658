package dev.posthorn.cidadao;

import dev.posthorn.PosthornException;
import java.lang.reflect.Array;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Compact JSON, byte for byte as the original's JSON library writes it: without spaces; only
 * quotes, backslashes and control characters are escaped. No general JSON library formats numbers
 * in this way, and the signature covers every byte.
 */
final class JsonText {
  private static final int DEEPEST = 250;
  private static final String HEX = "0123456789abcdef";

  private final StringBuilder out = new StringBuilder(256);
  private int depth;

  /** Appends JSON text. */
  public JsonText raw(String json) {
    out.append(json);
    return this;
  }

  /**
   * Appends a value.
   *
   * @param path the value's name in an exception
   * @throws PosthornException if the value has no JSON form
   */
  public JsonText value(String path, @Nullable Object value) {
    switch (value) {
      case null -> out.append("null");
      case Boolean bool -> out.append(bool);
      case Number number -> out.append(NumberText.of(number));
      case Map<?, ?> map -> map(path, map);
      case Iterable<?> items -> items(path, items);
      default -> {
        if (value.getClass().isArray()) {
          array(path, value);
        } else {
          string(path, text(path, value));
        }
      }
    }
    return this;
  }

  private static String text(String path, Object value) {
    return switch (value) {
      case CharSequence text -> text.toString();
      case Character c -> c.toString();
      case UUID id -> id.toString();
      case Enum<?> constant -> constant.toString();
      case OffsetDateTime time -> Timestamps.iso(time);
      case ZonedDateTime time -> Timestamps.iso(time.toOffsetDateTime());
      case Instant time -> Timestamps.iso(time.atOffset(ZoneOffset.UTC));
      case LocalDateTime time -> time.toLocalDate() + "T" + Timestamps.iso(time.toLocalTime());
      case LocalDate date -> date.toString();
      case LocalTime time -> Timestamps.iso(time);
      default ->
          throw PosthornException.invalid(
              path,
              "is a "
                  + value.getClass().getName()
                  + ", which has no JSON form; give maps, lists, strings, numbers, booleans or null");
    };
  }

  private void map(String path, Map<?, ?> map) {
    enter(path);
    out.append('{');
    boolean first = true;
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!first) {
        out.append(',');
      }
      first = false;
      String key = key(path, entry.getKey());
      string(path, key);
      out.append(':');
      value(path + "." + key, entry.getValue());
    }
    out.append('}');
    depth--;
  }

  private static String key(String path, @Nullable Object key) {
    return switch (key) {
      case null -> "null";
      case Boolean bool -> bool.toString();
      case Number number -> NumberText.of(number);
      default -> text(path, key);
    };
  }

  private void items(String path, Iterable<?> items) {
    enter(path);
    out.append('[');
    int index = 0;
    for (Object item : items) {
      if (index > 0) {
        out.append(',');
      }
      value(path + "[" + index++ + "]", item);
    }
    out.append(']');
    depth--;
  }

  private void array(String path, Object array) {
    enter(path);
    out.append('[');
    for (int i = 0; i < Array.getLength(array); i++) {
      if (i > 0) {
        out.append(',');
      }
      value(path + "[" + i + "]", Array.get(array, i));
    }
    out.append(']');
    depth--;
  }

  private void enter(String path) {
    if (++depth > DEEPEST) {
      throw PosthornException.invalid(
          path.substring(0, Math.min(path.length(), 100)),
          "is nested more than " + DEEPEST + " levels deep; flatten it");
    }
  }

  private void string(String path, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\t' -> out.append("\\t");
        case '\n' -> out.append("\\n");
        case '\f' -> out.append("\\f");
        case '\r' -> out.append("\\r");
        default -> {
          if (c < ' ') {
            out.append("\\u00").append(c < 16 ? '0' : '1').append(HEX.charAt(c & 15));
          } else if (!Character.isSurrogate(c)) {
            out.append(c);
          } else if (Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1))) {
            out.append(c).append(text.charAt(++i));
          } else {
            throw PosthornException.invalid(
                path, "has half a surrogate pair at " + i + ", which UTF-8 cannot hold; remove it");
          }
        }
      }
    }
    out.append('"');
  }

  /** Returns the text so far. */
  @Override
  public String toString() {
    return out.toString();
  }
}
