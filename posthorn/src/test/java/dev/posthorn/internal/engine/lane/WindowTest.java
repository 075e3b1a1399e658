package dev.posthorn.internal.engine.lane;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WindowTest {
  private final Window window = new Window(4, 16);

  private void succeed(int times) {
    for (int i = 0; i < times; i++) {
      window.succeeded();
    }
  }

  @Test
  void itStartsSmallAndGrowsByOneWithEachSuccessUpToItsBound() {
    assertThat(window.size()).isEqualTo(4);
    window.succeeded();
    assertThat(window.size()).isEqualTo(5);
    succeed(100);
    assertThat(window.size()).isEqualTo(16);
  }

  @Test
  void aFailureHalvesItButNotBelowItsStart() {
    succeed(100);
    window.failed();
    assertThat(window.size()).isEqualTo(8);
    window.failed();
    window.failed();
    assertThat(window.size()).isEqualTo(4);
  }

  @Test
  void afterABreakerClosedItIsOneAndAFailureDoesNotWidenIt() {
    window.restart();
    assertThat(window.size()).isEqualTo(1);
    window.failed();
    assertThat(window.size()).isEqualTo(1);
    window.succeeded();
    assertThat(window.size()).isEqualTo(2);
  }

  @Test
  void itsStartIsNeverOverItsBound() {
    assertThat(new Window(16, 3).size()).isEqualTo(3);
  }
}
