package dev.posthorn.simulation;

import dev.posthorn.internal.engine.lane.HandoffMutants;
import dev.posthorn.internal.engine.lane.RebalanceMutants;
import dev.posthorn.internal.engine.lane.SharedStoreMutants;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** The simulation of several nodes sees mistakes in what they do with each other. */
@Timeout(value = 10, unit = TimeUnit.MINUTES) // some mistakes take seconds of work to be seen
class NodesMutationTest {
  private String test = "";

  @BeforeEach
  void name(TestInfo info) {
    test = "NodesMutationTest#" + info.getTestMethod().orElseThrow().getName();
  }

  private void assertCaught(Launcher mutant, String promise) {
    new MutantRuns(mutant, Seeds::nodes, test).assertCaught(promise);
  }

  @Test
  void aTransactionWithoutTheFenceIsSeen() {
    assertCaught(NodeMutants.ignoresFence(), "partition: an outcome of");
  }

  @Test
  void aTakeoverWithoutAnotherEpochIsSeen() {
    assertCaught(NodeMutants.keepsEpoch(), "partition: an outcome of");
  }

  @Test
  void anExchangeWithoutTheLeaseIsSeen() {
    assertCaught(SharedStoreMutants.ignoresLease(), "lease: an exchange");
  }

  @Test
  void settingsOfOtherNodesThatAreNotLookedAtAreSeen() {
    assertCaught(SharedStoreMutants.ignoresVersions(), "settings: ");
  }

  @Test
  void settingsOfOtherNodesThatAreNotAppliedAreSeen() {
    assertCaught(SharedStoreMutants.doesNotFollow(), "settings: ");
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
    assertCaught(HandoffMutants.forgetsRemovals(), "handoff: not removed");
  }

  @Test
  void aHandoffThatIsRemovedBeforeTheLaneKnowsIsSeen() {
    assertCaught(HandoffMutants.removesUntold(), "P2: still waiting");
  }

  @Test
  void handedOffDeliveriesThatAreNotPassedOnAreSeen() {
    assertCaught(HandoffMutants.losesRows(), "P2: still waiting");
  }

  @Test
  void handedOffDeliveriesThatWereReadBeforeAreSeen() {
    assertCaught(HandoffMutants.passesOnOldRows(), "P3");
  }

  @Test
  void aPageThatGoesBeyondWhatIsSettledIsSeen() {
    assertCaught(SharedStoreMutants.readsAhead(), "polling: message");
  }

  @Test
  void aNodeThatDoesNotKeepUpWithTheIdsOfOthersIsSeen() {
    assertCaught(SharedStoreMutants.ignoresIdsOfOthers(), "polling: not returned");
  }

  @Test
  void parkedRowsThatComeBackAfterTheirOwnerHasDeliveredThemAreSeen() {
    assertCaught(HandoffMutants.insertsTwice(), "P3");
  }
}
