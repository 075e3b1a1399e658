package dev.posthorn.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KnownTokensTest {
  private final KnownTokens<Integer> tokens = new KnownTokens<>();

  private static String token(int number, int length) {
    return "%d%s".formatted(number, "x".repeat(length)).substring(0, length);
  }

  @Test
  void takeABoundedNumberOfBytes() {
    int length = 16_000;
    int most = KnownTokens.MOST_BYTES / (KnownTokens.ENTRY_BYTES + length);
    for (int i = 0; i < 10 * most; i++) {
      tokens.put(token(i, length), i);
      assertThat(tokens.get(token(i, length))).isEqualTo(i);
      assertThat(tokens.size()).isLessThanOrEqualTo(most);
    }
  }

  @Test
  void areCountedOnceAndForgotten() {
    int most = KnownTokens.MOST_BYTES / (KnownTokens.ENTRY_BYTES + 10);
    tokens.put(token(0, 10), 0);
    for (int i = 0; i < 2 * most; i++) {
      tokens.put(token(0, 10), i);
      tokens.put(token(1, 10), i);
      tokens.remove(token(1, 10));
      tokens.remove(token(1, 10));
    }
    assertThat(tokens.size()).isEqualTo(1);
    for (int i = 2; i < most; i++) {
      tokens.put(token(i, 10), i);
    }
    assertThat(tokens.get(token(0, 10))).isNotNull(); // there was room for all of them
  }
}
