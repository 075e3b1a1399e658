package dev.posthorn.bench.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** All parts of the benchmark, each for seconds. Times may be beyond their budgets here. */
@DisabledOnOs(OS.WINDOWS)
class NodesBenchTest {

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void nothingIsLostWhateverHappensToTheNodes() throws Exception {
    Report report =
        NodesBench.run(
            "--nodes", "2",
            "--warm-up", "1",
            "--seconds", "1",
            "--rate", "100",
            "--changes", "40",
            "--kill-seconds", "2",
            "--pause-seconds", "1",
            "--applications", "16");
    assertThat(report.isAsPromised()).as(report.table()).isTrue();
    assertThat(report.table())
        .contains("2 nodes on the same processors", "frozen: delivers again")
        .containsPattern("accepted messages lost +0  0")
        .containsPattern("routed by other settings +0  0")
        .doesNotContainPattern("messages checked against the settings +0");
  }

  @Test
  void whatIsBeyondABudgetIsMarked() {
    Report report = new Report();
    report.addTime("a start", 900_000_000, 1);
    assertThat(report.isGood()).isTrue();
    report.addTime("an end", 1_100_000_000, 1);
    report.addPromise("repeats", 3, 4);
    assertThat(report.isGood()).isFalse();
    assertThat(report.isAsPromised()).isTrue();
    report.addPromise("lost", 1, 0);
    assertThat(report.isAsPromised()).isFalse();
    assertThat(report.table().lines())
        .containsExactly(
            "a start  0.90 s  <= 1.0 s",
            "an end   1.10 s  <= 1.0 s  MISSED",
            "repeats       3  <= 4",
            "lost          1  0  MISSED");
  }

  @Test
  void anUnknownFlagIsRefusedWithAllThatThereAre() {
    assertThatThrownBy(() -> NodesBench.run("--node", "3"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--nodes N");
  }
}
