package dev.posthorn.server.http;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;

/** Says what is wrong with a text that is not JSON, and where; not how the parser works. */
final class JsonProblem {
  private JsonProblem() {}

  /** Returns what is wrong, as the end of a sentence that begins with what has the problem. */
  static String of(JacksonException e) {
    return what(e, String.valueOf(e.getOriginalMessage())) + where(e.getLocation());
  }

  private static String what(JacksonException e, String message) {
    if (e instanceof UnexpectedEndOfInputException) {
      return "is not JSON: it ends in the middle of a value";
    }
    if (e instanceof StreamConstraintsException) {
      if (message.contains("oken count")) {
        return "has too many values; send fewer at a time";
      }
      return message.contains("nesting depth")
          ? "is nested too deeply"
          : "has a number, a name or a text that is too long";
    }
    if (e instanceof InputCoercionException) {
      return "has a number that is out of range";
    }
    return message.startsWith("Duplicate")
        ? "has a name twice in one object"
        : "is not JSON: there is something that does not belong there";
  }

  private static String where(@Nullable TokenStreamLocation location) {
    return location == null || location.getLineNr() < 1
        ? ""
        : ", at line " + location.getLineNr() + ", column " + location.getColumnNr();
  }
}
