package dev.posthorn.internal.rules;

import java.util.Collection;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A rule for a short text: its allowed characters.
 *
 * @param pattern the pattern that the whole text must match, in the common syntax of Java and JSON
 *     Schema
 * @param maxLength the maximum number of characters that the pattern allows
 * @param allowed a description of the pattern
 * @param example a text that matches the pattern
 */
public record TextRule(Pattern pattern, int maxLength, String allowed, String example) {

  /** Returns whether the rule allows a text. */
  public boolean allows(String text) {
    return pattern.matcher(text).matches();
  }

  /** Returns the problem with a text, or null. */
  public @Nullable String problem(String text) {
    return allows(text)
        ? null
        : "must be " + allowed + ", but is " + Quoted.of(text) + "; choose one such as " + example;
  }

  /** Returns the problem with some texts of limited number, or null. */
  public @Nullable String problem(Collection<String> texts, int max) {
    for (String text : texts) {
      if (!allows(text)) {
        return "each must be "
            + allowed
            + ", but one is "
            + Quoted.of(text)
            + "; choose one such as "
            + example;
      }
    }
    return Problems.ofNumber(texts.size(), max);
  }

  /** Returns the pattern with anchors, because JSON Schema looks for a match anywhere. */
  public String schemaPattern() {
    return "^(?:" + pattern.pattern() + ")$";
  }
}
