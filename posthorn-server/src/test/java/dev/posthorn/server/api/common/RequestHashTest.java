package dev.posthorn.server.api.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestHashTest {
  private static byte[] hash(String body) {
    return RequestHash.of(body.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a":1,"b":[1,2]}               | { "b" : [ 1, 2 ],  "a" : 1 }
          {"a":{"x":null,"y":{}},"b":""}  | {"b":"","a":{"y":{},"x":null}}
          [{"a":1,"b":2}]                 | [{"b":2,"a":1}]
          {"é":"\\u0041\\/"}              | {"\\u00e9":"A/"}
          {"b":1,"a":2,"b":3}             | {"a":2,"b":1,"b":3}
          ` true `                        | true
          """)
  void isTheSameForTheSameJson(String one, String other) {
    assertThat(hash(one)).isEqualTo(hash(other));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a":1}              | {"a":2}
          {"a":1}              | {"b":1}
          {"a":1}              | {"a":1,"b":null}
          {"a":1.0}            | {"a":1.00}
          {"a":1}              | {"a":"1"}
          {"a":null}           | {"a":"null"}
          {"a":true}           | {"a":"true"}
          {"a":[1,2]}          | {"a":[2,1]}
          {"a":[1,[2]]}        | {"a":[[1],2]}
          {"a":[]}             | {"a":{}}
          {"a":["bc"]}         | {"a":["b","c"]}
          {"a":{"b":1},"c":2}  | {"a":{"b":1,"c":2}}
          {"a":1,"a":2}        | {"a":2,"a":1}
          {"a":1}              | {"a":1}}
          no JSON              | no  JSON
          ``                   | ` `
          """)
  void isAnotherForAnother(String one, String other) {
    assertThat(hash(one)).isNotEqualTo(hash(other));
  }

  @Test
  void holdsForValuesThatAreLong() {
    String value = "[" + "\"0123456789\",".repeat(100) + "1]";
    assertThat(hash("{\"a\":" + value + ",\"b\":{\"d\":1,\"c\":" + value + "}}"))
        .isEqualTo(hash("{\"b\":{\"c\":" + value + ",\"d\":1},\"a\":" + value + "}"))
        .isNotEqualTo(
            hash("{\"b\":{\"c\":" + value.replace("1]", "2]") + ",\"d\":1},\"a\":" + value + "}"));
  }

  @Test
  void holdsForManyMembersAndDeepOnes() {
    String up = members(IntStream.range(0, 5_000));
    String down = members(IntStream.range(0, 5_000).map(i -> 4_999 - i));
    assertThat(hash("{" + up + "}")).isEqualTo(hash("{" + down + "}"));
    int deep = 400;
    String opened = "{\"z\":1,\"a\":".repeat(deep) + "{}" + "}".repeat(deep);
    String closed = "{\"a\":".repeat(deep) + "{}" + ",\"z\":1}".repeat(deep);
    assertThat(hash(opened)).isEqualTo(hash(closed));
  }

  private static String members(IntStream numbers) {
    return numbers.mapToObj(i -> "\"m" + i + "\":" + i).collect(Collectors.joining(","));
  }
}
