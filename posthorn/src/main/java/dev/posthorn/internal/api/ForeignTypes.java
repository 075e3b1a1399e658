package dev.posthorn.internal.api;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Knows other JSON libraries by the names of their classes, so that none of them need be there.
 * Their trees are JSON text already. What only they know how to write is refused: Jackson 3 would
 * leave their annotations unread.
 */
final class ForeignTypes {
  private static final String REMEDY =
      "; give PosthornOptions.json the mapper that knows it (such as"
          + " objectMapper::writeValueAsString, gson::toJson or jsonb::toJson), or send JSON text";

  /** Classes whose {@code toString} is JSON. */
  private static final Set<String> TREES =
      Set.of(
          "com.fasterxml.jackson.databind.JsonNode",
          "com.google.gson.JsonElement",
          "jakarta.json.JsonValue",
          "javax.json.JsonValue",
          "org.json.JSONArray",
          "org.json.JSONObject",
          "org.json.JSONObject$Null");

  /** Packages whose types and annotations say how their own library writes something. */
  private static final Set<String> PACKAGES =
      Set.of(
          "com.fasterxml.jackson.databind",
          "com.fasterxml.jackson.databind.annotation",
          "com.fasterxml.jackson.databind.util",
          "com.google.gson",
          "com.google.gson.annotations",
          "jakarta.json",
          "jakarta.json.bind.annotation",
          "javax.json",
          "javax.json.bind.annotation",
          "org.json");

  /** Annotations that have no say in writing. */
  private static final Set<String> FOR_READING =
      Set.of(
          "com.fasterxml.jackson.databind.annotation.JsonDeserialize",
          "com.fasterxml.jackson.databind.annotation.JsonPOJOBuilder",
          "com.fasterxml.jackson.databind.annotation.JsonValueInstantiator",
          "jakarta.json.bind.annotation.JsonbCreator",
          "jakarta.json.bind.annotation.JsonbTypeDeserializer",
          "javax.json.bind.annotation.JsonbCreator",
          "javax.json.bind.annotation.JsonbTypeDeserializer");

  /** Stands on annotations that stand for those that they have themselves. */
  private static final String BUNDLE = "com.fasterxml.jackson.annotation.JacksonAnnotationsInside";

  private ForeignTypes() {}

  /** Returns whether it is a tree of another library: its text is JSON. */
  static boolean isTree(Class<?> type) {
    return ancestry(type).stream().anyMatch(each -> TREES.contains(each.getName()));
  }

  /** Returns why Jackson 3 would write something else than its author meant, or null. */
  static @Nullable String problem(Class<?> type) {
    for (Class<?> each : ancestry(type)) {
      if (PACKAGES.contains(each.getPackageName())) {
        return type.getName()
            + " is a "
            + each.getName()
            + ", which Jackson 3 does not know"
            + REMEDY;
      }
      String annotation = annotation(each);
      if (annotation != null) {
        return each.getName() + " has @" + annotation + ", which Jackson 3 does not know" + REMEDY;
      }
    }
    return null;
  }

  /** Returns a class with all that it extends and implements, without the JDK's. */
  private static Set<Class<?>> ancestry(Class<?> type) {
    Set<Class<?>> all = new LinkedHashSet<>();
    add(type, all);
    return all;
  }

  private static void add(@Nullable Class<?> type, Set<Class<?>> all) {
    if (type == null || type.getName().startsWith("java.") || !all.add(type)) {
      return;
    }
    add(type.getSuperclass(), all);
    for (Class<?> each : type.getInterfaces()) {
      add(each, all);
    }
  }

  /** Returns the name of a foreign annotation on a class or a member of it, or null. */
  private static @Nullable String annotation(Class<?> type) {
    return Stream.of(
            Stream.of(type),
            Stream.of(type.getDeclaredFields()),
            Stream.of(type.getDeclaredMethods()))
        .<AnnotatedElement>flatMap(elements -> elements)
        .flatMap(element -> annotations(element, new HashSet<>()))
        .map(Class::getName)
        .filter(ForeignTypes::isForeignAnnotation)
        .findFirst()
        .orElse(null);
  }

  private static boolean isForeignAnnotation(String name) {
    return PACKAGES.contains(name.substring(0, Math.max(0, name.lastIndexOf('.'))))
        && !FOR_READING.contains(name);
  }

  private static Stream<Class<? extends Annotation>> annotations(
      AnnotatedElement element, Set<Class<?>> seen) {
    return Stream.of(element.getDeclaredAnnotations())
        .map(Annotation::annotationType)
        .filter(seen::add)
        .flatMap(
            type ->
                isBundle(type)
                    ? Stream.concat(Stream.of(type), annotations(type, seen))
                    : Stream.of(type));
  }

  private static boolean isBundle(Class<? extends Annotation> type) {
    return Stream.of(type.getDeclaredAnnotations())
        .anyMatch(each -> each.annotationType().getName().equals(BUNDLE));
  }
}
