package dev.posthorn.internal.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ \"type\" : \"object\", \"1\": [1.00, {}] }",
        "true",
        "null",
        "12.50",
        "-7",
        "\"a \\\" b\\u00e9 ü\"",
        "[]"
      })
  void a_member_comes_back_exactly_as_it_was_written(String value) {
    assertThat(Json.member("{\"1\":" + value + "}", "1")).isEqualTo(value);
    assertThat(Json.member("{\"0\":{\"1\":2},\n \"1\" : " + value + " , \"2\":3}", "1"))
        .isEqualTo(value);
    assertThat(Json.member("{\"1\":" + value + "}", "2")).isNull();
  }
}
