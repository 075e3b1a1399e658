package dev.posthorn.internal.rows;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Form of a Java type in {@link RecordText}: numbers and text unchanged, an enum as its name, bytes
 * in Base64.
 *
 * @param reader reads a value that is not null, of which it is at the first token
 * @param writer writes a value that is not null
 */
record TextType(Read reader, Write writer) {

  /** Reads a value. */
  interface Read {
    Object read(JsonParser json);
  }

  /** Writes a value. */
  interface Write {
    void write(JsonGenerator json, Object value);
  }

  /** Returns the form of a type. */
  static TextType of(Type type) {
    if (type == long.class) {
      return new TextType(
          JsonParser::getLongValue, (json, value) -> json.writeNumber((long) value));
    }
    if (type == int.class) {
      return new TextType(JsonParser::getIntValue, (json, value) -> json.writeNumber((int) value));
    }
    if (type == boolean.class) {
      return new TextType(
          JsonParser::getBooleanValue, (json, value) -> json.writeBoolean((boolean) value));
    }
    if (type == String.class) {
      return new TextType(JsonParser::getString, (json, value) -> json.writeString((String) value));
    }
    if (type == byte[].class) {
      return new TextType(
          JsonParser::getBinaryValue, (json, value) -> json.writeBinary((byte[]) value));
    }
    if (type instanceof Class<?> c && c.isEnum()) {
      return new TextType(
          json -> constant(c, json.getString()),
          (json, value) -> json.writeString(((Enum<?>) value).name()));
    }
    if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
      return listOf(
          of(generic.getActualTypeArguments()[0] == Long.class ? long.class : String.class));
    }
    if (type instanceof ParameterizedType generic && generic.getRawType() == Map.class) {
      return new TextType(TextType::readMap, TextType::writeMap);
    }
    throw new IllegalArgumentException("no text can hold " + type);
  }

  private static Object constant(Class<?> type, String name) {
    for (Object constant : type.getEnumConstants()) {
      if (((Enum<?>) constant).name().equals(name)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(
        "unknown name " + name + ": another version of the program has written it");
  }

  private static TextType listOf(TextType element) {
    return new TextType(
        json -> {
          List<Object> list = new ArrayList<>();
          while (json.nextToken() != JsonToken.END_ARRAY) {
            list.add(element.reader.read(json));
          }
          return list;
        },
        (json, value) -> {
          json.writeStartArray();
          ((List<?>) value).forEach(one -> element.writer.write(json, one));
          json.writeEndArray();
        });
  }

  private static Object readMap(JsonParser json) {
    Map<String, String> map = new HashMap<>();
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = json.currentName();
      json.nextToken();
      map.put(key, json.getString());
    }
    return map;
  }

  private static void writeMap(JsonGenerator json, Object value) {
    json.writeStartObject();
    ((Map<?, ?>) value).forEach((key, one) -> json.writeStringProperty((String) key, (String) one));
    json.writeEndObject();
  }
}
