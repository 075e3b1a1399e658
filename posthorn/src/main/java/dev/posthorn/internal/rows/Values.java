package dev.posthorn.internal.rows;

import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Converts lists, maps and bytes to column values: empty becomes NULL. */
public final class Values {
  private static final JsonFactory JSON = new JsonFactory();
  private static final byte[] NO_BYTES = {};

  private Values() {}

  /** Returns the stored number of an enum constant; the order of stored enums never changes. */
  @SuppressWarnings("EnumOrdinal")
  public static int code(Enum<?> constant) {
    return constant.ordinal();
  }

  public static @Nullable String ofStrings(List<String> list) {
    return list.isEmpty() ? null : write(json -> writeStrings(json, list));
  }

  private static void writeStrings(JsonGenerator json, List<String> list) {
    json.writeStartArray();
    list.forEach(json::writeString);
    json.writeEndArray();
  }

  public static List<String> strings(@Nullable String json) {
    return json == null ? List.of() : list(json, JsonParser::getString);
  }

  public static @Nullable String ofMap(Map<String, String> map) {
    return map.isEmpty() ? null : write(json -> writeMap(json, map));
  }

  private static void writeMap(JsonGenerator json, Map<String, String> map) {
    json.writeStartObject();
    map.forEach(json::writeStringProperty);
    json.writeEndObject();
  }

  public static Map<String, String> map(@Nullable String text) {
    if (text == null) {
      return Map.of();
    }
    Map<String, String> map = new HashMap<>();
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String key = json.currentName();
        json.nextToken();
        map.put(key, json.getString());
      }
    }
    return Map.copyOf(map);
  }

  /** Returns the stored form of a list, for which null and empty differ. */
  public static @Nullable String ofLongs(@Nullable List<Long> list) {
    return list == null ? null : write(json -> writeLongs(json, list));
  }

  private static void writeLongs(JsonGenerator json, List<Long> list) {
    json.writeStartArray();
    list.forEach(json::writeNumber);
    json.writeEndArray();
  }

  public static @Nullable List<Long> longs(@Nullable String json) {
    return json == null ? null : list(json, JsonParser::getLongValue);
  }

  private static String write(Consumer<JsonGenerator> value) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      value.accept(json);
    }
    return text.toString();
  }

  private static <T> List<T> list(String text, Function<JsonParser, T> element) {
    List<T> list = new ArrayList<>();
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
      json.nextToken();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        list.add(element.apply(json));
      }
    }
    return List.copyOf(list);
  }

  public static byte @Nullable [] ofBytes(byte[] bytes) {
    return bytes.length == 0 ? null : bytes;
  }

  public static byte[] bytes(byte @Nullable [] bytes) {
    return bytes == null ? NO_BYTES : bytes;
  }

  public static byte[] ofIds(long[] ids) {
    ByteBuffer buffer = ByteBuffer.allocate(ids.length * Long.BYTES);
    buffer.asLongBuffer().put(ids);
    return buffer.array();
  }

  public static long[] ids(byte @Nullable [] bytes) {
    long[] ids = new long[bytes(bytes).length / Long.BYTES];
    ByteBuffer.wrap(bytes(bytes)).asLongBuffer().get(ids);
    return ids;
  }
}
