package dev.posthorn.internal.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RulesTest {
  private static Arguments problem(String expected, @Nullable String problem) {
    return Arguments.of(expected, problem);
  }

  static Stream<Arguments> problems() {
    return Stream.of(
        problem(
            "must be 1 to 256 of the characters a-z A-Z 0-9 - _ . and not . or .. alone, but is"
                + " \"a b\"; choose one such as invoice.paid",
            NameRules.NAME.problem("a b")),
        problem(
            "each must be 1 to 128 of the characters a-z A-Z 0-9 - _ . : +, but one is \"a/b\";"
                + " choose one such as project:17",
            ChannelRules.problem(List.of("a", "a/b"))),
        problem(
            "must have at most 10 values, but has 11; leave some out",
            ChannelRules.problem(Collections.nCopies(11, "a"))),
        problem("must not be empty", ApplicationRules.nameProblem("")),
        problem(
            "must have at most 256 characters, but has 257; shorten it",
            ApplicationRules.nameProblem("x".repeat(257))),
        problem(
            "must be a whole number from 0 to 1024, but is 1025",
            EndpointRules.CONCURRENCY.problem(1_025)),
        problem(
            "must be from PT1S to PT10M, but is PT0.5S",
            EndpointRules.TIMEOUT.problem(Duration.ofMillis(500))),
        problem(
            "must be from 1970-01-01T00:00:00Z to 2100-01-01T00:00:00Z, but is"
                + " 2100-01-01T00:00:01Z",
            MessageRules.timeProblem(Instant.parse("2100-01-01T00:00:01Z"))),
        problem(
            "must have at most 50 waits, but has 51; leave some out",
            RetryRules.problem(Collections.nCopies(51, Duration.ZERO))),
        problem(
            "must have no negative wait, but has PT-1S; use 0 or more",
            RetryRules.problem(List.of(Duration.ofSeconds(-1)))),
        problem(
            "must take at most 31 days in all, but takes longer; shorten the waits",
            RetryRules.problem(List.of(Duration.ofDays(31), Duration.ofMillis(1)))),
        problem(
            "must take at most 31 days in all, but takes longer; shorten the waits",
            RetryRules.problem(Collections.nCopies(2, Duration.ofSeconds(Long.MAX_VALUE)))),
        problem("has a blank key; give each entry a name", MetadataRules.problem(Map.of(" ", "v"))),
        problem(
            "the value of \"k\" must have at most 500 characters, but has 501; shorten it",
            MetadataRules.problem(Map.of("k", "v".repeat(501)))));
  }

  @ParameterizedTest
  @MethodSource("problems")
  void a_problem_says_what_must_be_what_is_and_what_helps(String expected, String problem) {
    assertThat(problem).isEqualTo(expected);
  }

  @Test
  void a_problem_becomes_an_exception_that_names_the_field() {
    assertThatCode(() -> Rules.require("uid", null)).doesNotThrowAnyException();
    assertThatThrownBy(() -> Rules.require("uid", "must not be empty"))
        .isInstanceOfSatisfying(
            PosthornException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID))
        .hasMessage("uid: must not be empty");
  }

  @Test
  void a_quoted_value_is_short_and_harmless() {
    assertThat(Quoted.of("a\"b")).isEqualTo("\"a\"b\"");
    assertThat(Quoted.of("a\n\u001b[31m\u0085")).isEqualTo("\"a\\u000a\\u001b[31m\\u0085\"");
    assertThat(Quoted.of("x".repeat(5_000))).hasSizeLessThan(400).endsWith("(5000 characters)");
    assertThat(Quoted.of("x".repeat(299) + "\ud83d\ude00")).contains("x…\" (301 characters)");
  }

  @Test
  void a_rule_and_the_pattern_of_the_document_allow_the_same() {
    for (TextRule rule :
        List.of(
            NameRules.NAME,
            ChannelRules.CHANNEL,
            MessageRules.TAG,
            EndpointRules.FILTER,
            TokenRules.SESSION,
            TokenRules.ENVIRONMENT)) {
      Pattern inDocument = Pattern.compile(rule.schemaPattern());
      for (String text :
          List.of(
              "",
              "a",
              ".",
              "..",
              "a.b",
              "a b",
              "*",
              "a.*",
              "a:b",
              "a/b",
              "org_a",
              "ä",
              "x".repeat(rule.maxLength()),
              "x".repeat(rule.maxLength() + 1))) {
        assertThat(inDocument.matcher(text).find())
            .as(rule.pattern() + " with " + text)
            .isEqualTo(rule.allows(text));
      }
      assertThat(rule.allows(rule.example())).as(rule.example()).isTrue();
    }
  }
}
