package dev.posthorn.server.api.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The schemas take their limits from the rules. */
class SchemaLimitsTest {
  private static final List<String> SUBJECTS = OpenApi.SUBJECTS;
  private static final Pattern LIMIT =
      Pattern.compile("\"(maxLength|maxItems|maxProperties|maximum|pattern)\": *([^,}\\n]*)");

  /** Limits without a rule: of statuses, of answers, and of lists that are always empty. */
  private static final Set<String> FIXED =
      Set.of("maximum 999", "maximum 10000", "maxItems 0", "maxItems 5", "maxItems 1000");

  private static String read(String subject) {
    try (InputStream in = SchemaLimits.class.getResourceAsStream("schemas/" + subject + ".json")) {
      assertThat(in).as(subject).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @FieldSource("SUBJECTS")
  void noSchemaHasALimitOfItsOwn(String subject) {
    Matcher limit = LIMIT.matcher(read(subject));
    while (limit.find()) {
      String value = limit.group(2).strip();
      if (!value.startsWith("\"${") && !value.startsWith("\"^(whsec_|")) {
        assertThat(FIXED).contains(limit.group(1) + " " + value);
      }
    }
  }

  @Test
  void everyLimitIsInASchema() {
    String all = SUBJECTS.stream().map(SchemaLimitsTest::read).collect(Collectors.joining());
    assertThat(SchemaLimits.names())
        .allSatisfy(name -> assertThat(all).contains("${" + name + "}"));
  }

  @Test
  void aPlaceholderBecomesANumberAPatternOrWords() {
    assertThat(SchemaLimits.fill("{\"a\": \"${NAME_LENGTH}\"}")).isEqualTo("{\"a\": 256}");
    assertThat(SchemaLimits.fill("\"${TASK_ID}\"")).isEqualTo("\"^qtask_[A-Za-z0-9]{27}$\"");
    assertThat(SchemaLimits.fill("\"${TAG_PATTERN}\"")).contains("\\\\-_./\\\\\\\\#");
    assertThat(SchemaLimits.fill("\"${SCHEMAS} characters, ${FLAGS}\""))
        .isEqualTo("\"131,072 characters, 25\"");
    assertThatThrownBy(() -> SchemaLimits.fill("${NO_LIMIT}")).hasMessageContaining("NO_LIMIT");
  }
}
