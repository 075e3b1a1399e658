package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.internal.engine.lane.Mutants;
import org.junit.jupiter.api.Test;

/** The simulation sees mistakes: each of these engines breaks a promise within a few runs. */
class MutationTest {
  private static final int RUNS = 2_000;

  /** A run may end with another promise that broke on the way; then the next one is looked at. */
  private static void assertCaught(Launcher mutant, String promise) {
    assertThatThrownBy(
            () -> {
              for (long seed = 1; seed <= RUNS; seed++) {
                run(seed, mutant, promise);
              }
            })
        .isInstanceOf(Violation.class)
        .hasMessageContaining(promise)
        .hasMessageContaining("bin/posthorn simulate --from ");
  }

  private static void run(long seed, Launcher mutant, String promise) {
    try {
      Simulation.run(seed, mutant);
    } catch (Violation e) {
      if (String.valueOf(e.getMessage()).contains(promise)) {
        throw e;
      }
    }
  }

  @Test
  void anOutcomeThatIsForgottenIsSeen() {
    assertCaught(Mutants.forgetsOutcomes(), "seed ");
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
  void aCancellationThatIsIgnoredIsSeen() {
    assertCaught(Mutants.ignoresCancellations(), "cancel: ");
  }

  @Test
  void aCancellationThatIsForgottenInACrashIsSeen() {
    assertCaught(Mutants.forgetsCancellations(), "cancel: ");
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
    assertCaught(Mutants.ignoresDeadlinesBehindTheHead(), "expired at");
  }

  @Test
  void slowLanesThatTakeAllPermitsAreSeen() {
    Isolation.run(Isolation.Onset.NEW, 1, Launcher.PLAIN);
    assertThatThrownBy(() -> Isolation.run(Isolation.Onset.NEW, 1, Mutants.ignoresFairness()))
        .isInstanceOf(Violation.class)
        .hasMessageContaining("P4");
  }
}
