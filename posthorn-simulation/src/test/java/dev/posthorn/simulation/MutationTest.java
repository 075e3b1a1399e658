package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.EngineConfig;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.engine.lane.HandoffMutants;
import dev.posthorn.internal.engine.lane.LaneMutants;
import dev.posthorn.internal.engine.lane.Mutants;
import dev.posthorn.internal.engine.lane.RebalanceMutants;
import dev.posthorn.internal.engine.lane.SharedStoreMutants;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** The simulation sees mistakes: each of these engines breaks a promise within a few runs. */
@Timeout(value = 10, unit = TimeUnit.MINUTES) // some mistakes take a minute of work to be seen
class MutationTest {
  private static final int RUNS = 2_000;

  private String test = "";

  @BeforeEach
  void name(TestInfo info) {
    test = "MutationTest#" + info.getTestMethod().orElseThrow().getName();
  }

  /** A run may end with another promise that broke on the way; then the next one is looked at. */
  private void assertCaught(Launcher mutant, String promise) {
    Launcher named = named(mutant);
    assertThatThrownBy(() -> Seeds.from(1, RUNS).forEach(seed -> run(seed, named, promise)))
        .as("%d runs of an engine that breaks \"%s\"", RUNS, promise)
        .isInstanceOf(Violation.class)
        .hasMessageContaining(promise)
        .hasMessageContaining("Repeat this run: " + Seeds.VARIABLE + "=")
        .hasMessageEndingWith(" bin/test " + test);
  }

  /** The command line has no mutants: only the test can repeat a run of one. */
  private Launcher named(Launcher mutant) {
    return new Launcher() {
      @Override
      public Engine start(EngineConfig config, EngineRuntime runtime) {
        return mutant.start(config, runtime);
      }

      @Override
      public void checkIdle(Engine engine) {
        mutant.checkIdle(engine);
      }

      @Override
      public String command(long seed) {
        return Seeds.command(seed, test);
      }
    };
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
  void aLaneThatIsKeptAfterItsPartitionIsRevokedIsSeen() {
    assertCaught(RebalanceMutants.keepsLanes(), "partition: an exchange of");
  }

  @Test
  void aReleaseBeforeTheLastOutcomeIsSeen() {
    assertCaught(RebalanceMutants.releasesEarly(), "partition: released before");
  }

  @Test
  void hotRowsThatAreForgottenWhenAPartitionIsAssignedAreSeen() {
    assertCaught(RebalanceMutants.forgetsHotRows(), "P2: still waiting");
  }

  @Test
  void aHandoffThatIsNotRemovedIsSeen() {
    assertCaught(HandoffMutants.forgetsRemovals(), "handoff: ");
  }

  @Test
  void aHandoffThatIsRemovedBeforeTheLaneKnowsIsSeen() {
    assertCaught(HandoffMutants.removesUntold(), "handoff: removed, but");
  }

  @Test
  void parkedRowsThatComeBackAfterTheirOwnerHasDeliveredThemAreSeen() {
    assertCaught(HandoffMutants.insertsTwice(), "P3");
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
