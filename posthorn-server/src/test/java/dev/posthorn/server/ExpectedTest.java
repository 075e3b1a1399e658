package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class ExpectedTest {
  private static final JsonMapper MAPPER = new JsonMapper();

  private static List<String> problems(String expected, String actual) {
    return Expected.problems(
        MAPPER.readTree(expected.replace('\'', '"')), MAPPER.readTree(actual.replace('\'', '"')));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'a':1}            | {'a':1,'b':2}
          {'a':1.0}          | {'a':1}
          {'a':null}         | {'a':null}
          {'a':'<absent>'}   | {'b':1}
          {'a':'<any>'}      | {'a':null}
          ['b','a']          | ['b','a']
          '<2 values>'       | [1,2]
          '<id app>'         | 'app_aaaaaaaaaaaaaaaaaaaaaaaaaaa'
          '<like a.*>'       | 'abc'
          '<time>'           | '2026-01-31T12:00:00Z'
          """)
  void isMet(String expected, String actual) {
    assertThat(problems(expected, actual)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'a':1}            | {'a':2}
          {'a':1}            | {}
          {'a':1}            | []
          {'a':1}            | {'a':'1'}
          {'a':null}         | {}
          {'a':null}         | {'a':0}
          {'a':'<absent>'}   | {'a':null}
          {'a':'<any>'}      | {}
          {'a':{'b':[1]}}    | {'a':{'b':[2]}}
          ['b','a']          | ['a','b']
          ['a']              | ['a','b']
          []                 | {}
          '<2 values>'       | [1]
          '<id app>'         | 'app_1'
          '<id app>'         | 'ep_aaaaaaaaaaaaaaaaaaaaaaaaaaa'
          '<like a.*>'       | 'ba'
          '<number>'         | '1'
          '<text>'           | 1
          '<flag>'           | 'true'
          '<list>'           | {}
          '<object>'         | []
          '<time>'           | 'yesterday'
          """)
  void isMissed(String expected, String actual) {
    assertThat(problems(expected, actual)).isNotEmpty();
  }

  @Test
  void namesThePlace() {
    assertThat(problems("{'a':[{'b':1}]}", "{'a':[{'b':2}]}"))
        .containsExactly("/a/0/b should be 1, but it is 2");
    assertThat(problems("{'a':{'b':1}}", "{'a':{}}"))
        .containsExactly("/a/b should be 1, but there is nothing");
  }

  @Test
  void refusesAKindThatItDoesNotKnow() {
    assertThatThrownBy(() -> problems("'<uid>'", "'a'"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("<uid>");
  }
}
