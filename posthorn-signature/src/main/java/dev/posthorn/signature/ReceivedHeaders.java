package dev.posthorn.signature;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The three headers of a received webhook, all present, under one set of names. */
record ReceivedHeaders(HeaderNames names, String id, String timestamp, String signature) {

  /** Returns the first complete set of headers, or null if there is none. */
  static @Nullable ReceivedHeaders read(Function<String, @Nullable String> headers) {
    for (HeaderNames names : HeaderNames.values()) {
      String id = headers.apply(names.id());
      String timestamp = headers.apply(names.timestamp());
      String signature = headers.apply(names.signature());
      if (isPresent(id) && isPresent(timestamp) && isPresent(signature)) {
        return new ReceivedHeaders(names, id, timestamp, signature);
      }
    }
    return null;
  }

  /** Returns the missing names of the set with the fewest missing names. */
  static List<String> missing(Function<String, @Nullable String> headers) {
    List<String> fewest = List.of();
    for (HeaderNames names : HeaderNames.values()) {
      List<String> missing =
          Stream.of(names.id(), names.timestamp(), names.signature())
              .filter(name -> !isPresent(headers.apply(name)))
              .toList();
      if (fewest.isEmpty() || missing.size() < fewest.size()) {
        fewest = missing;
      }
    }
    return fewest;
  }

  /**
   * Returns a lookup of a map whose names may have any case and whose values are strings or lists
   * of strings.
   */
  static Function<String, @Nullable String> in(Map<String, ?> headers) {
    return name -> {
      List<String> values = new ArrayList<>(1);
      headers.forEach(
          (key, value) -> {
            if (name.equalsIgnoreCase(key)) {
              addAll(values, name, value);
            }
          });
      return values.isEmpty() ? null : String.join(" ", values);
    };
  }

  private static void addAll(List<String> values, String name, @Nullable Object value) {
    if (value instanceof String one) {
      values.add(one);
    } else if (value instanceof Iterable<?> several) {
      several.forEach(one -> addAll(values, name, one));
    } else if (value != null) {
      throw new IllegalArgumentException(
          "the header %s is a %s; give strings or lists of strings"
              .formatted(name, value.getClass().getName()));
    }
  }

  private static boolean isPresent(@Nullable String value) {
    return value != null && !value.isBlank();
  }
}
