package dev.posthorn.internal.engine.base;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.Health;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConditionTest {
  private final Condition condition = new Condition();

  @Test
  void troubleComesAndGoes() {
    assertThat(condition.state()).isEqualTo(Condition.State.READY);
    condition.trouble("the disk is full");
    assertThat(condition.state()).isEqualTo(Condition.State.FAILING);
    assertThat(condition.trouble()).contains("the disk is full");
    condition.trouble(null);
    assertThat(condition.state()).isEqualTo(Condition.State.READY);
  }

  @Test
  void theEndIsForGood() {
    assertThat(condition.fail("a defect")).isTrue();
    condition.trouble("the disk is full");
    condition.trouble(null);
    assertThat(condition.state()).isEqualTo(Condition.State.FAILED);
    assertThat(condition.trouble()).contains("a defect");
  }

  @ParameterizedTest
  @EnumSource(Condition.State.class)
  void usersSeeEachStateUnderItsName(Condition.State state) {
    Health health = new Health(Health.State.valueOf(state.name()), "why", false);
    assertThat(health.isReady()).isEqualTo(state == Condition.State.READY);
    assertThat(health.isLive()).isEqualTo(state != Condition.State.FAILED);
  }
}
