package dev.posthorn.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.internal.rules.NumberRange;
import dev.posthorn.internal.rules.Problems;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsTest {
  private static Fields of(String json) {
    return Fields.of(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private static void refused(ThrowingCallable read, String loc) {
    assertThatThrownBy(read)
        .isInstanceOfSatisfying(
            ApiError.class,
            e -> {
              assertThat(e.status()).isEqualTo(422);
              assertThat(new String(e.answer().body(), StandardCharsets.UTF_8))
                  .contains("\"loc\":" + loc.replace('\'', '"'));
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{'a':1",
        "{'a':1}}",
        "{'a':1} x",
        "[]",
        "1",
        "null",
        "'a'",
        "{'a':1,'a':2}",
        "{'a':{'b':1,'b':1}}",
        "{a:1}",
        "{'a':NaN}",
        "{'a':01}",
        "{'a':'\n'}",
        "{'a':1,}",
        "{'a':1e99999999999}",
        "{'a':-1e-99999999999}"
      })
  void areOfOneJsonObjectAlone(String body) {
    refused(() -> of(body), "['body']");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'a':1          | is not valid JSON: it ends in the middle of a value, at line 1, column 7
          {'a':           | is not valid JSON: it ends in the middle of a value, at line 1, column 6
          {'a':1,}        | is not valid JSON: unexpected content, at line 1
          {'a':x}         | is not valid JSON: unexpected content, at line 1
          {'a':1,'a':2}   | contains an object with a duplicate name, at line 1
          """)
  void saysWhatIsWrongAndWhereInAWholeSentence(String body, String problem) {
    assertThatThrownBy(() -> of(body))
        .isInstanceOfSatisfying(
            ApiError.class,
            e ->
                assertThat(new String(e.answer().body(), StandardCharsets.UTF_8))
                    .contains("\"msg\":\"" + problem)
                    .doesNotContain("jackson", "StreamRead", "token", "code "));
  }

  @Test
  void areNotNestedWithoutEnd() {
    of("{'a':" + "[".repeat(150) + "]".repeat(150) + "}");
    refused(() -> of("{'a':" + "[".repeat(100_000) + "]".repeat(100_000) + "}"), "['body']");
  }

  @Test
  void areUtf8() {
    byte[] broken = "{\"a\":\"x\"}".getBytes(StandardCharsets.UTF_8);
    broken[6] = (byte) 0xff;
    refused(() -> Fields.of(broken), "['body']");
    for (Charset other : java.util.List.of(StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE)) {
      refused(() -> Fields.of("{\"a\":\"x\"}".getBytes(other)), "['body']");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'a':'\\ud800'}", "{'a':{'\\udfff x':1}}", "{'a':['x\\ud83d']}"})
  void haveNoHalvesOfCharacters(String body) {
    refused(() -> of(body), "['body']");
    of("{'a':'\\ud83d\\ude00'}");
  }

  @Test
  void tellMissingFromNull() {
    Fields fields = of("{'a':null}");
    assertThat(fields.has("a")).isTrue();
    assertThat(fields.hasValue("a")).isFalse();
    assertThat(fields.has("b")).isFalse();
    assertThat(fields.textOrNull("a")).isNull();
    refused(() -> fields.text("a"), "['body','a']");
    refused(() -> fields.name("b"), "['body','b']");
    refused(() -> fields.time("b"), "['body','b']");
  }

  @Test
  void readTextsAndNames() {
    Fields fields = of("{'a':'','b':1,'c':'no spaces','d':'good.name_1-'}");
    refused(() -> fields.text("a"), "['body','a']");
    refused(() -> fields.textOrNull("b"), "['body','b']");
    refused(() -> fields.nameOrNull("c"), "['body','c']");
    refused(() -> fields.nameOrNull("a"), "['body','a']");
    assertThat(fields.name("d")).isEqualTo("good.name_1-");
  }

  @Test
  void readNumbersInTheirRange() {
    Fields fields = of("{'a':5,'b':'5','c':5.0,'d':99999999999999999999,'e':-1}");
    assertThat(fields.numberOrNull("a", new NumberRange(5, 5))).isEqualTo(5);
    for (String name : java.util.List.of("b", "c", "d", "e")) {
      refused(
          () -> fields.numberOrNull(name, new NumberRange(0, Long.MAX_VALUE)),
          "['body','" + name + "']");
    }
  }

  @Test
  void readListsWithoutRepetitions() {
    Fields fields = of("{'a':['x','y','x'],'b':['x',1],'c':'x'}");
    assertThat(fields.listOrNull("a", list -> Problems.ofNumber(list.size(), 2)))
        .containsExactly("x", "y");
    refused(
        () -> fields.listOrNull("a", list -> Problems.ofNumber(list.size(), 1)), "['body','a']");
    refused(
        () -> fields.listOrNull("a", list -> list.contains("y") ? "must not be y" : null),
        "['body','a']");
    refused(
        () -> fields.listOrNull("b", list -> Problems.ofNumber(list.size(), 2)), "['body','b']");
    refused(
        () -> fields.listOrNull("c", list -> Problems.ofNumber(list.size(), 2)), "['body','c']");
  }

  @Test
  void readMapsAndPatches() {
    Fields fields = of("{'a':{'x':'y'},'b':{'x':null},'c':{'x':1},'d':[]}");
    assertThat(fields.mapOrNull("a")).containsEntry("x", "y");
    refused(() -> fields.mapOrNull("b"), "['body','b']");
    assertThat(fields.patchOrNull("b")).containsEntry("x", null);
    refused(() -> fields.patchOrNull("c"), "['body','c']");
    refused(() -> fields.mapOrNull("d"), "['body','d']");
  }

  @Test
  void readTimesFlagsAndObjects() {
    Fields fields = of("{'a':'2026-01-31T12:00:00Z','b':true,'c':{'d':1},'e':'now'}");
    assertThat(fields.time("a")).isEqualTo(Instant.parse("2026-01-31T12:00:00Z"));
    refused(() -> fields.timeOrNull("e"), "['body','e']");
    assertThat(fields.flag("b", false)).isTrue();
    assertThat(fields.flag("x", true)).isTrue();
    refused(() -> fields.flagOrNull("a"), "['body','a']");
    refused(() -> fields.fieldsOrNull("b"), "['body','b']");
    refused(
        () -> java.util.Objects.requireNonNull(fields.fieldsOrNull("c")).textOrNull("d"),
        "['body','c','d']");
  }

  @Test
  void tooManyValuesAreRefusedBeforeTheyTakeMemory() {
    byte[] many = ("{\"a\":[" + "{},".repeat(300_000) + "{}]}").getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> Fields.of(many))
        .isInstanceOfSatisfying(
            ApiError.class,
            error -> {
              assertThat(error.status()).isEqualTo(422);
              assertThat(new String(error.answer().body(), StandardCharsets.UTF_8))
                  .contains("contains too many values");
            });
    assertThat(Fields.ofImport(many).has("a")).isTrue();
  }
}
