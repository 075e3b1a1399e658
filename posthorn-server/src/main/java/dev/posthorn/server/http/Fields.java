package dev.posthorn.server.http;

import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.base.TextLimits;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A JSON object of a request, checked as it is read. What is wrong throws 422 with the place.
 *
 * <p>A field that is missing and one that is {@code null} are told apart by {@link #has}; the
 * methods that read take both as missing, so what must not be null is said by {@link #refuseNull}.
 * Unknown fields are ignored, so that newer clients work; a strict server refuses them before.
 */
public final class Fields {
  /**
   * What the API takes as a name of the client's: uids, event types, event ids. It has to stay
   * itself in a URL, from whose paths every parser takes {@code .} and {@code ..} away.
   */
  public static final Pattern NAME = Pattern.compile("(?!\\.\\.?$)[a-zA-Z0-9\\-_.]{1,256}");

  /** Says that a list names nothing, which nobody means: for all there is null. */
  public static final String NAMES_NOTHING = "must not be empty: name at least one, or send null";

  /** Says that a text is no time. */
  public static final String NO_TIME = "must be a time such as 2026-01-31T12:00:00Z (RFC 3339)";

  /** Values, names and brackets of a body: each takes many times its bytes in memory. */
  private static final int MOST_TOKENS = 50_000;

  private static final int MOST_TOKENS_OF_IMPORT = 1_000_000;
  private static final JsonMapper MAPPER = mapper(MOST_TOKENS);
  private static final JsonMapper IMPORT_MAPPER = mapper(MOST_TOKENS_OF_IMPORT);

  private final JsonNode object;
  private final List<String> place;

  private Fields(JsonNode object, List<String> place) {
    this.object = object;
    this.place = place;
  }

  private static JsonMapper mapper(int tokens) {
    return JsonMapper.builder(
            JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(TokenStreamFactory.Feature.CHARSET_DETECTION) // UTF-8: RFC 8259, 8.1
                .streamReadConstraints(
                    StreamReadConstraints.builder()
                        .maxNestingDepth(200)
                        .maxTokenCount(tokens)
                        .build())
                .build())
        // Numbers stay as they were written: what is kept as given must not lose digits.
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
        .build();
  }

  /** Returns a body as an object; throws 422 if it is not JSON, or another kind of value. */
  public static Fields of(byte[] body) {
    return of(body, MAPPER);
  }

  /** Returns a body that may have many values; for those who may do everything. */
  static Fields ofImport(byte[] body) {
    return of(body, IMPORT_MAPPER);
  }

  private static Fields of(byte[] body, JsonMapper mapper) {
    JsonNode node;
    try {
      node = mapper.readTree(body);
    } catch (JacksonException e) {
      throw ApiError.notJson(e);
    } catch (NumberFormatException e) { // of an exponent that no decimal number can have
      throw ApiError.invalid(List.of("body"), "has a number that is too large; give a smaller one");
    }
    if (!node.isObject()) {
      throw ApiError.invalid(List.of("body"), "must be a JSON object");
    }
    requireText(node);
    return new Fields(node, List.of("body"));
  }

  /** Refuses half a surrogate pair, which is no text: no answer could ever show it. */
  private static void requireText(JsonNode node) {
    if (node.isString() && hasHalf(node.asString())) {
      throw ApiError.invalid(List.of("body"), "has half of a surrogate pair in a string");
    }
    node.forEach(Fields::requireText);
  }

  private static boolean hasHalf(String text) {
    return text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  /** Returns the same object as the value of a field of the body. */
  public Fields within(String name) {
    List<String> inner = new ArrayList<>(place);
    inner.add(name);
    return new Fields(object, inner);
  }

  /** Returns whether a field is there, be it null. */
  public boolean has(String name) {
    return object.has(name);
  }

  /** Throws 422 if one of some fields is there and null, where nothing can be meant by that. */
  public void refuseNull(String... names) {
    for (String name : names) {
      if (has(name) && !hasValue(name)) {
        throw invalid(name, "must not be null; leave it out");
      }
    }
  }

  /** Returns whether a field is there and not null. */
  public boolean hasValue(String name) {
    return node(name) != null;
  }

  /** Returns 422 for a field. */
  public ApiError invalid(String name, String problem) {
    List<String> loc = new ArrayList<>(place);
    loc.add(name);
    return ApiError.invalid(loc, problem);
  }

  /** Returns the field, or null if it is missing or null. */
  public @Nullable JsonNode node(String name) {
    JsonNode node = object.get(name);
    return node == null || node.isNull() ? null : node;
  }

  private <T> T required(String name, @Nullable T value) {
    if (value == null) {
      throw invalid(name, "is required");
    }
    return value;
  }

  // ---- texts ---------------------------------------------------------------------------------

  /** Returns a text, or null. */
  public @Nullable String textOrNull(String name) {
    JsonNode node = node(name);
    if (node != null && !node.isString()) {
      throw invalid(name, "must be a string");
    }
    return node == null ? null : node.asString();
  }

  /** Returns a text of at most so many characters, or null. */
  public @Nullable String textOrNull(String name, int most) {
    String text = textOrNull(name);
    return text == null ? null : bounded(name, text, most);
  }

  /** Returns a text of at most so many characters that must be there and not be empty. */
  public String text(String name, int most) {
    return bounded(name, text(name), most);
  }

  private String bounded(String name, String text, int most) {
    if (text.length() > most) {
      throw invalid(name, TextLimits.tooLong(text.length(), most));
    }
    return text;
  }

  /** Returns metadata, or null if it is missing. */
  public @Nullable Map<String, String> metadataOrNull() {
    refuseNull("metadata");
    Map<String, String> metadata = mapOrNull("metadata");
    return metadata == null ? null : checked("metadata", metadata, TextLimits::metadata);
  }

  /** Returns a value that passes a check of the engine, whose words start with the field. */
  public <T> T checked(String name, T value, Consumer<T> check) {
    try {
      check.accept(value);
      return value;
    } catch (PosthornException e) {
      String text = String.valueOf(e.getMessage());
      throw invalid(name, text.substring(text.indexOf(": ") + 2));
    }
  }

  /** Returns a text that must be there and not be empty. */
  public String text(String name) {
    String text = required(name, textOrNull(name));
    if (text.isEmpty()) {
      throw invalid(name, "must not be empty");
    }
    return text;
  }

  /** Returns a name ({@link #NAME}), or null. */
  public @Nullable String nameOrNull(String name) {
    String text = textOrNull(name);
    return text == null ? null : name(name, text);
  }

  /** Returns a name ({@link #NAME}) that must be there. */
  public String name(String name) {
    return name(name, required(name, textOrNull(name)));
  }

  private String name(String field, String text) {
    if (!NAME.matcher(text).matches()) {
      throw invalid(field, notName(text));
    }
    return text;
  }

  /** Says that a text is no name. */
  public static String notName(String text) {
    return "must be 1 to 256 of the characters a-z A-Z 0-9 - _ . and not . or .. alone, but is "
        + Quoted.of(text);
  }

  /** Says that a value is no whole number of a range. */
  public static String notBetween(long least, long most) {
    return "must be a whole number from " + least + " to " + most;
  }

  /** Says that a list has too many values. */
  public static String tooMany(int size, int most) {
    return "has " + size + " values; at most " + most + " are allowed";
  }

  /** Returns a time (RFC 3339), or null. */
  public @Nullable Instant timeOrNull(String name) {
    String text = textOrNull(name);
    try {
      return text == null ? null : Times.parse(text);
    } catch (DateTimeException e) {
      throw invalid(name, NO_TIME);
    }
  }

  /** Returns a time that must be there. */
  public Instant time(String name) {
    return required(name, timeOrNull(name));
  }

  // ---- other values --------------------------------------------------------------------------

  /** Returns a boolean, or null. */
  public @Nullable Boolean flagOrNull(String name) {
    JsonNode node = node(name);
    if (node != null && !node.isBoolean()) {
      throw invalid(name, "must be true or false");
    }
    return node == null ? null : node.asBoolean();
  }

  /** Returns a boolean. */
  public boolean flag(String name, boolean otherwise) {
    Boolean flag = flagOrNull(name);
    return flag == null ? otherwise : flag;
  }

  /** Returns a whole number in a range, or null. */
  public @Nullable Long numberOrNull(String name, long least, long most) {
    JsonNode node = node(name);
    if (node == null) {
      return null;
    }
    if (!node.isIntegralNumber()
        || !node.canConvertToLong()
        || node.asLong() < least
        || node.asLong() > most) {
      throw invalid(name, notBetween(least, most));
    }
    return node.asLong();
  }

  /** Returns a list of different texts that each pass a test, or null. */
  public @Nullable List<String> listOrNull(
      String name, int most, Predicate<String> test, String rule) {
    JsonNode node = node(name);
    if (node == null) {
      return null;
    }
    if (!node.isArray()) {
      throw invalid(name, "must be a list of strings");
    }
    LinkedHashSet<String> values = new LinkedHashSet<>();
    for (JsonNode item : node) {
      if (!item.isString() || !test.test(item.asString())) {
        throw invalid(name, "must be a list of strings, each " + rule);
      }
      values.add(item.asString());
    }
    if (values.size() > most) {
      throw invalid(name, tooMany(values.size(), most));
    }
    return List.copyOf(values);
  }

  /**
   * Returns a list that something is chosen by, or null; throws 422 if it is empty. A form whose
   * last box was unticked sends that, and would get everything.
   */
  public @Nullable List<String> choiceOrNull(
      String name, int most, Predicate<String> test, String rule) {
    List<String> values = listOrNull(name, most, test, rule);
    if (values != null && values.isEmpty()) {
      throw invalid(name, NAMES_NOTHING);
    }
    return values;
  }

  /** Returns a map of texts, or null. */
  public @Nullable Map<String, String> mapOrNull(String name) {
    return map(
        name,
        (key, value) -> {
          if (!value.isString()) {
            throw invalid(
                name, "must be an object whose values are strings; see " + Quoted.of(key));
          }
          return value.asString();
        });
  }

  /** Returns a map of texts where null is a value too, or null. */
  public @Nullable Map<String, @Nullable String> patchOrNull(String name) {
    return map(
        name,
        (key, value) -> {
          if (!value.isString() && !value.isNull()) {
            throw invalid(
                name, "must be an object whose values are strings or null; see " + Quoted.of(key));
          }
          return value.isNull() ? null : value.asString();
        });
  }

  private <T extends @Nullable Object> @Nullable Map<String, T> map(
      String name, BiFunction<String, JsonNode, T> value) {
    JsonNode node = node(name);
    if (node == null) {
      return null;
    }
    if (!node.isObject()) {
      throw invalid(name, "must be an object");
    }
    Map<String, T> map = new LinkedHashMap<>();
    node.properties()
        .forEach(entry -> map.put(entry.getKey(), value.apply(entry.getKey(), entry.getValue())));
    return map;
  }

  /** Returns the names of the fields that are there. */
  public Collection<String> names() {
    return object.propertyNames();
  }

  /** Returns a list of objects, or null. */
  public @Nullable List<Fields> objectsOrNull(String name, int most) {
    JsonNode node = node(name);
    if (node == null) {
      return null;
    }
    if (!node.isArray()) {
      throw invalid(name, "must be a list of objects");
    }
    if (node.size() > most) {
      throw invalid(name, tooMany(node.size(), most));
    }
    List<Fields> objects = new ArrayList<>(node.size());
    for (JsonNode item : node) {
      if (!item.isObject()) {
        throw invalid(name, "must be a list of objects");
      }
      List<String> inner = new ArrayList<>(place);
      inner.add(name);
      inner.add(Integer.toString(objects.size()));
      objects.add(new Fields(item, inner));
    }
    return objects;
  }

  /** Returns an object within this one, or null. */
  public @Nullable Fields fieldsOrNull(String name) {
    JsonNode node = node(name);
    if (node == null) {
      return null;
    }
    if (!node.isObject()) {
      throw invalid(name, "must be an object");
    }
    List<String> inner = new ArrayList<>(place);
    inner.add(name);
    return new Fields(node, inner);
  }
}
