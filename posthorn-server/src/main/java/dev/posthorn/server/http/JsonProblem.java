package dev.posthorn.server.http;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;

/** Describes why text is not valid JSON, and where, without details of the parser. */
final class JsonProblem {
  private JsonProblem() {}

  /** Returns the problem as a predicate that follows the name of the invalid value. */
  static String of(JacksonException e) {
    return what(e, String.valueOf(e.getOriginalMessage())) + where(e.getLocation());
  }

  private static String what(JacksonException e, String message) {
    if (e instanceof UnexpectedEndOfInputException) {
      return "is not valid JSON: it ends in the middle of a value";
    }
    if (e instanceof StreamConstraintsException) {
      if (message.contains("oken count")) {
        return "contains too many values; send fewer at a time";
      }
      return message.contains("nesting depth")
          ? "is nested too deeply"
          : "contains a number, name or string that is too long";
    }
    if (e instanceof InputCoercionException) {
      return "contains a number that is out of range";
    }
    return message.startsWith("Duplicate")
        ? "contains an object with a duplicate name"
        : "is not valid JSON: unexpected content";
  }

  private static String where(@Nullable TokenStreamLocation location) {
    return location == null || location.getLineNr() < 1
        ? ""
        : ", at line " + location.getLineNr() + ", column " + location.getColumnNr();
  }
}
