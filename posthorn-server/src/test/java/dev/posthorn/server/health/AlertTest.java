package dev.posthorn.server.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The alerts: each has its condition, and the page about monitoring lists the same ones. */
class AlertTest {
  private static final Path PAGE = Path.of("..", "docs", "operating", "monitoring.md");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| (critical|warning|notice) \\| (.+) \\| (.+) \\| (.+) \\|$");
  private static final Pattern LINK = Pattern.compile("\\[([^]]*)]\\([^)]*\\)");

  private final TestFigures figures = new TestFigures();
  private final HealthMonitor monitor = new HealthMonitor(figures::read);

  @Test
  void thePageAboutMonitoringListsThemAll() throws IOException {
    List<List<String>> rows =
        ROW.matcher(Files.readString(PAGE))
            .results()
            .map(row -> List.of(row.group(1), row.group(2), row.group(3), row.group(4)))
            .map(row -> row.stream().map(AlertTest::plain).toList())
            .toList();
    assertThat(rows)
        .containsExactlyElementsOf(
            Arrays.stream(Alert.values())
                .map(
                    alert ->
                        List.of(
                            alert.level().name().toLowerCase(Locale.ROOT),
                            alert.condition(),
                            alert.meaning(),
                            alert.remedy()))
                .toList());
  }

  /** Returns a cell without Markdown. */
  private static String plain(String cell) {
    return LINK.matcher(cell).replaceAll("$1").replace("`", "");
  }

  private List<Alert> found() {
    return monitor.sample().problems().stream().map(Problem::alert).toList();
  }

  @Test
  void nothingIsWrongAtFirst() {
    assertThat(monitor.sample().isWell()).isTrue();
    figures.seconds(3_600);
    assertThat(found()).isEmpty();
  }

  @Test
  void aStoreThatFailsIsCriticalAtOnce() {
    figures.obstacle = "the disk is full";
    Status status = monitor.sample();
    assertThat(status.isWell()).isFalse();
    assertThat(status.problems().getFirst().finding())
        .isEqualTo("Nothing can be stored: the disk is full");
    figures.failed = true;
    assertThat(found()).containsExactly(Alert.NOT_LIVE);
  }

  @Test
  void aLeaseMayBeMissingForAMoment() {
    assertThat(found()).isEmpty();
    figures.lease = false;
    figures.seconds(10);
    assertThat(found()).isEmpty();
    for (int i = 0; i < 7; i++) {
      figures.seconds(10);
      var unused = monitor.sample();
    }
    assertThat(found()).containsExactly(Alert.NO_LEASE);
    figures.lease = true;
    assertThat(found()).isEmpty();
  }

  @Test
  void growthIsForgottenAfterAWhile() {
    assertThat(found()).isEmpty();
    figures.seconds(10);
    figures.refused = 3;
    Status status = monitor.sample();
    assertThat(status.problems().getFirst().finding())
        .isEqualTo("3 messages refused because they could not be stored in the last 10 minutes.");
    for (int i = 0; i < 61; i++) {
      figures.seconds(10);
      var unused = monitor.sample();
    }
    assertThat(found()).isEmpty();
  }

  @Test
  void oneIsToldInTheSingular() {
    assertThat(found()).isEmpty();
    figures.seconds(10);
    figures.refused = 1;
    assertThat(monitor.sample().problems().getFirst().finding())
        .isEqualTo("1 message refused because it could not be stored in the last 10 minutes.");
  }

  @Test
  void whatCountsBeforeTheStartOfTheMonitorIsNoGrowth() {
    figures.refused = 7;
    assertThat(found()).isEmpty();
  }

  @Test
  void aLateDeliveryIsAWarningWithItsTime() {
    figures.overdueSeconds = 60;
    assertThat(found()).isEmpty();
    figures.overdueSeconds = 200;
    assertThat(monitor.sample().problems().getFirst().finding())
        .isEqualTo("A delivery has been due for 3 min.");
    long since = monitor.sample().problems().getFirst().since();
    figures.seconds(30);
    assertThat(monitor.sample().problems().getFirst().since()).isEqualTo(since);
  }

  @Test
  void whatOthersTookOverOrWaitsForThisProcessIsAWarning() {
    assertThat(found()).isEmpty();
    figures.seconds(10);
    figures.losses = 2;
    figures.handoffLagSeconds = 10;
    assertThat(monitor.sample().problems().getFirst().finding())
        .isEqualTo("2 times that others took over from this process in the last hour.");
    figures.handoffLagSeconds = 30;
    assertThat(found()).containsExactly(Alert.LEASE_LOST, Alert.HANDOFF_LAG);
  }

  @Test
  void noticesLeaveAllWellAndComeLast() {
    figures.circuitOpen = 2;
    assertThat(monitor.sample().isWell()).isTrue();
    assertThat(found()).containsExactly(Alert.CIRCUIT_OPEN);
    figures.held = true;
    figures.diskFree = 1;
    assertThat(found()).containsExactly(Alert.HELD, Alert.DISK, Alert.CIRCUIT_OPEN);
    assertThat(monitor.sample().isWell()).isFalse();
  }
}
