package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.internal.engine.lane.LaneMutants;
import dev.posthorn.internal.engine.lane.Mutants;
import dev.posthorn.internal.engine.lane.SharedStoreMutants;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** The simulation sees mistakes: each of these engines breaks a promise within a few runs. */
@Timeout(value = 10, unit = TimeUnit.MINUTES) // some mistakes take a minute of work to be seen
class MutationTest {
  private String test = "";

  @BeforeEach
  void name(TestInfo info) {
    test = "MutationTest#" + info.getTestMethod().orElseThrow().getName();
  }

  private void assertCaught(Launcher mutant, String promise) {
    new MutantRuns(mutant, seed -> 1, test).assertCaught(promise);
  }

  @Test
  void anOutcomeThatIsForgottenIsSeen() {
    assertCaught(Mutants.forgetsOutcomes(), "seed ");
  }

  @Test
  void anOutcomeInAnotherPartitionIsSeen() {
    assertCaught(Mutants.writesToAnotherPartition(), "seed ");
  }

  @Test
  void anAnswerBeforeTheCommitIsSeen() {
    assertCaught(Mutants.acknowledgesBeforeCommit(), "seed ");
  }

  @Test
  void aParkedRowThatIsDroppedIsSeen() {
    assertCaught(Mutants.dropsParkedRows(), "seed ");
  }

  @Test
  void aRecoveryThatIsAttemptedAgainIsSeen() {
    assertCaught(Mutants.forgetsRecoveries(), "recovery: ");
  }

  @Test
  void aDeliveryThatIsSentAgainAfterItsSuccessIsSeen() {
    assertCaught(Mutants.sendsAgainAfterSuccess(), "P3");
  }

  @Test
  void aShortageThatIsTakenForTheReceiversFailureIsSeen() {
    assertCaught(Mutants.blamesReceiversForShortages(), "P7");
  }

  @Test
  void anExchangeWithoutTheLeaseIsSeen() {
    assertCaught(SharedStoreMutants.ignoresLease(), "lease: ");
  }

  @Test
  void aCancellationThatIsIgnoredIsSeen() {
    assertCaught(Mutants.ignoresCancellations(), "cancel: ");
  }

  @Test
  void aCancellationThatIsForgottenInACrashIsSeen() {
    assertCaught(Mutants.forgetsCancellations(), "cancel: ");
  }

  @Test
  void settingsOfOthersThatAreNotLookedAtAreSeen() {
    assertCaught(SharedStoreMutants.ignoresVersions(), "settings: ");
  }

  @Test
  void settingsOfOthersThatAreNotAppliedAreSeen() {
    assertCaught(SharedStoreMutants.doesNotFollow(), "settings: ");
  }

  @Test
  void settingsOfOthersThatAreAppliedInAnotherOrderAreSeen() {
    assertCaught(SharedStoreMutants.followsBackwards(), "settings: ");
  }

  @Test
  void aClockThatIsBelievedAtOnceIsSeen() {
    assertCaught(Mutants.believesEveryClock(), "clock");
  }

  @Test
  void messagesThatAreTriedWithOutcomesWhileTheStoreIsFullAreSeen() {
    assertCaught(Mutants.triesMessagesWithOutcomes(), "before the outcomes");
  }

  @Test
  void payloadsThatTakeMoreRoomThanThereIsAreSeen() {
    assertCaught(Mutants.ignoresBytes(), "P5");
  }

  @Test
  void whatExpiresBehindOthersAndWaitsOnIsSeen() {
    assertCaught(LaneMutants.ignoresDeadlinesBehindTheHead(), "expired at");
  }

  @Test
  void slowLanesThatTakeAllPermitsAreSeen() {
    Isolation.run(Isolation.Onset.NEW, 1, Launcher.PLAIN);
    assertThatThrownBy(() -> Isolation.run(Isolation.Onset.NEW, 1, LaneMutants.ignoresFairness()))
        .isInstanceOf(Violation.class)
        .hasMessageContaining("P4");
  }
}
