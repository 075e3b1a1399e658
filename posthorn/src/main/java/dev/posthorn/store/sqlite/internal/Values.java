package dev.posthorn.store.sqlite.internal;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** How lists, maps and bytes are written into columns: empty is NULL. */
final class Values {
  private static final JsonMapper JSON = new JsonMapper();
  private static final ObjectReader STRINGS = JSON.readerFor(new TypeReference<List<String>>() {});
  private static final ObjectReader LONGS = JSON.readerFor(new TypeReference<List<Long>>() {});
  private static final ObjectReader MAP =
      JSON.readerFor(new TypeReference<Map<String, String>>() {});
  private static final byte[] NO_BYTES = {};

  private Values() {}

  /** The order of the enums that are stored never changes. */
  @SuppressWarnings("EnumOrdinal")
  static int code(Enum<?> constant) {
    return constant.ordinal();
  }

  static @Nullable String ofStrings(List<String> list) {
    return list.isEmpty() ? null : JSON.writeValueAsString(list);
  }

  static List<String> strings(@Nullable String json) {
    return json == null ? List.of() : List.copyOf(STRINGS.<List<String>>readValue(json));
  }

  static @Nullable String ofMap(Map<String, String> map) {
    return map.isEmpty() ? null : JSON.writeValueAsString(map);
  }

  static Map<String, String> map(@Nullable String json) {
    return json == null ? Map.of() : Map.copyOf(MAP.<Map<String, String>>readValue(json));
  }

  /** Here no list and an empty one differ. */
  static @Nullable String ofLongs(@Nullable List<Long> list) {
    return list == null ? null : JSON.writeValueAsString(list);
  }

  static @Nullable List<Long> longs(@Nullable String json) {
    return json == null ? null : List.copyOf(LONGS.<List<Long>>readValue(json));
  }

  static byte @Nullable [] ofBytes(byte[] bytes) {
    return bytes.length == 0 ? null : bytes;
  }

  static byte[] bytes(byte @Nullable [] bytes) {
    return bytes == null ? NO_BYTES : bytes;
  }

  static byte[] ofIds(long[] ids) {
    ByteBuffer buffer = ByteBuffer.allocate(ids.length * Long.BYTES);
    buffer.asLongBuffer().put(ids);
    return buffer.array();
  }

  static long[] ids(byte @Nullable [] bytes) {
    long[] ids = new long[bytes(bytes).length / Long.BYTES];
    ByteBuffer.wrap(bytes(bytes)).asLongBuffer().get(ids);
    return ids;
  }
}
