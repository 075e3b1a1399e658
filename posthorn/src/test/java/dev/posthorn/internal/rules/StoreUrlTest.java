package dev.posthorn.internal.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.PosthornException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreUrlTest {

  @ParameterizedTest
  @CsvSource({
    "postgresql://db/billing, jdbc:postgresql://db/billing",
    "postgres://db/billing?user=me, jdbc:postgresql://db/billing?user=me",
    "JDBC:postgresql://db/x, JDBC:postgresql://db/x",
    "postgresql://me@db/x, jdbc:postgresql://db/x?user=me",
    "postgresql://me:secret@db1:5433/x?a=b, jdbc:postgresql://db1:5433/x?a=b&user=me&password=secret",
    // The driver decodes parameters, where + is a space and & ends one.
    "postgresql://me:a+b@db/x, jdbc:postgresql://db/x?user=me&password=a%2Bb",
    "postgresql://me:a&b=c@db/x, jdbc:postgresql://db/x?user=me&password=a%26b=c",
    "postgresql://me:a%40b@db/x, jdbc:postgresql://db/x?user=me&password=a%40b",
    "postgresql://me:a@b@db/x, jdbc:postgresql://db/x?user=me&password=a@b",
    // An @ after the host is no user's.
    "postgresql://db/x?user=me@home, jdbc:postgresql://db/x?user=me@home",
    "postgresql://db?user=me@home, jdbc:postgresql://db?user=me@home",
  })
  void userAndPasswordBecomeParameters(String url, String jdbc) {
    assertThat(StoreUrl.jdbc(url)).isEqualTo(jdbc);
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:postgresql://db/x?password=secret, jdbc:postgresql://db/x",
    "jdbc:postgresql://me:secret@db/x, jdbc:postgresql://db/x",
    "jdbc:postgresql:x, jdbc:postgresql:x",
  })
  void nothingSecretIsShown(String url, String shown) {
    assertThat(StoreUrl.shown(url)).isEqualTo(shown);
  }

  @Test
  void anotherDatabaseIsRefused() {
    assertThatThrownBy(() -> StoreUrl.jdbc("mysql://db/x"))
        .isInstanceOf(PosthornException.class)
        .hasMessage(
            "url: is not one of PostgreSQL; use postgresql://HOST/DATABASE?user=…&password=…");
  }
}
