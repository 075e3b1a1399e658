package dev.posthorn.internal.postgresql.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every Java string has a stored form that PostgreSQL takes, and comes back. */
class TextsTest {

  @Test
  void ordinaryTextsAreStoredUnchanged() {
    for (String text :
        List.of("", "a", "größer", "\\u0000", "\uD83D\uDE00", "\uFFFE", "\u0001\n")) {
      assertThat(Texts.toStored(text)).isSameAs(text);
      assertThat(Texts.ofStored(text)).isSameAs(text);
    }
    assertThat(Texts.orNull(null)).isNull();
    assertThat(Texts.ofStoredOrNull(null)).isNull();
  }

  @Test
  void strangeUnitsAreMarked() {
    assertThat(Texts.toStored("a\u0000b")).isEqualTo("a\uFFFF0000b");
    assertThat(Texts.toStored("\uD83D")).isEqualTo("\uFFFFd83d");
    assertThat(Texts.toStored("\uDE00\uD83D")).isEqualTo("\uFFFFde00\uFFFFd83d");
    assertThat(Texts.toStored("\uFFFF")).isEqualTo("\uFFFFffff");
    assertThat(Texts.toStored("\uD83D\uD83D\uDE00")).isEqualTo("\uFFFFd83d\uD83D\uDE00");
  }

  @Test
  void allStringsComeBack() {
    char[] units = {0, 'a', '0', 'f', '\uFFFF', '\uFFFE', '\uD83D', '\uDE00', '\uDBFF', '\uDC00'};
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int left = random.nextInt(8); left > 0; left--) {
        text.append(units[random.nextInt(units.length)]);
      }
      String stored = Texts.toStored(text.toString());
      assertThat(stored).doesNotContain("\u0000");
      byte[] utf8 = stored.getBytes(StandardCharsets.UTF_8);
      assertThat(new String(utf8, StandardCharsets.UTF_8)).isEqualTo(stored);
      assertThat(Texts.ofStored(stored)).isEqualTo(text.toString());
    }
  }
}
