package dev.posthorn.server;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Expected value in an exchange. An object must have at least the named properties, and a list
 * exactly the values, in that order; a string in angle brackets describes a kind of value.
 */
final class Expected {
  private static final Map<String, Predicate<JsonNode>> KINDS =
      new TreeMap<>(
          Map.of(
              "<any>", value -> true,
              "<text>", JsonNode::isString,
              "<number>", JsonNode::isNumber,
              "<flag>", JsonNode::isBoolean,
              "<list>", JsonNode::isArray,
              "<object>", JsonNode::isObject,
              "<time>", value -> value.isString() && isTime(value.asString())));
  private static final String ABSENT = "<absent>";

  /** Matches an id such as {@code <id app>}. */
  private static final Pattern ID = Pattern.compile("<id ([a-z]+)>");

  /** Matches a pattern such as {@code <like .*_out>}. */
  private static final Pattern LIKE = Pattern.compile("<like (.*)>");

  /** Matches a count such as {@code <3 values>}. */
  private static final Pattern COUNT = Pattern.compile("<([0-9]+) values?>");

  private final List<String> problems = new ArrayList<>();

  private Expected() {}

  /** Returns the differences from the expected value. */
  static List<String> problems(JsonNode expected, @Nullable JsonNode actual) {
    Expected check = new Expected();
    check.compare("", expected, actual);
    return check.problems;
  }

  private static boolean isTime(String text) {
    try {
      return Instant.parse(text).toEpochMilli() > 0;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private void compare(String at, JsonNode expected, @Nullable JsonNode actual) {
    boolean absent = expected.isString() && expected.asString().equals(ABSENT);
    if (actual == null || absent) {
      require((actual == null) == absent, at, expected, actual);
    } else if (expected.isObject() && actual.isObject()) {
      expected
          .properties()
          .forEach(
              one -> compare(at + "/" + one.getKey(), one.getValue(), actual.get(one.getKey())));
    } else if (expected.isArray() && actual.size() == expected.size() && actual.isArray()) {
      for (int i = 0; i < expected.size(); i++) {
        compare(at + "/" + i, expected.get(i), actual.get(i));
      }
    } else if (expected.isString() && expected.asString().startsWith("<")) {
      require(isOfKind(expected.asString(), actual), at, expected, actual);
    } else if (expected.isNumber() && actual.isNumber()) {
      require(expected.decimalValue().compareTo(actual.decimalValue()) == 0, at, expected, actual);
    } else {
      require(expected.equals(actual), at, expected, actual);
    }
  }

  private static boolean isOfKind(String kind, JsonNode actual) {
    Predicate<JsonNode> known = KINDS.get(kind);
    if (known != null) {
      return known.test(actual);
    }
    var id = ID.matcher(kind);
    if (id.matches()) {
      return actual.isString() && actual.asString().matches(id.group(1) + "_[0-9A-Za-z]{27}");
    }
    var like = LIKE.matcher(kind);
    if (like.matches()) {
      return actual.isString() && actual.asString().matches(like.group(1));
    }
    var count = COUNT.matcher(kind);
    if (count.matches()) {
      return actual.isArray() && actual.size() == Integer.parseInt(count.group(1));
    }
    throw new IllegalArgumentException("there is no kind of value " + kind);
  }

  private void require(boolean holds, String at, JsonNode expected, @Nullable JsonNode actual) {
    if (!holds) {
      String found = actual == null ? "there is nothing" : "it is " + actual;
      problems.add((at.isEmpty() ? "/" : at) + " should be " + expected + ", but " + found);
    }
  }
}
