package dev.posthorn.internal.postgresql.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BalanceTest {
  private static final int ALL = NodeLease.PARTITIONS;

  private static Balance of(int nodes, int owned, int leaving, int free) {
    return Balance.of(new Balance.Sight(nodes, owned, leaving, free), false);
  }

  @Test
  void aNodeClaimsAFewAtATimeAndNeverMoreThanItsShare() {
    assertThat(of(1, 0, 0, ALL)).isEqualTo(new Balance(Balance.MOST_CLAIMS, 0));
    assertThat(of(2, 120, 0, 100)).isEqualTo(new Balance(8, 0));
    assertThat(of(2, 120, 0, 3)).isEqualTo(new Balance(3, 0));
    assertThat(of(2, 128, 0, 100)).isEqualTo(Balance.REST);
    assertThat(of(3, 85, 0, 10)).isEqualTo(new Balance(1, 0));
  }

  @Test
  void aNodeGivesAFewAwayAtATimeAndKeepsItsShare() {
    assertThat(of(2, ALL, 0, 0)).isEqualTo(new Balance(0, Balance.MOST_RELEASES));
    assertThat(of(2, ALL, 10, 0)).isEqualTo(new Balance(0, Balance.MOST_RELEASES - 10));
    assertThat(of(2, ALL, 16, 0)).isEqualTo(Balance.REST);
    assertThat(of(2, 130, 0, 0)).isEqualTo(new Balance(0, 2));
    assertThat(of(2, 130, 2, 0)).isEqualTo(Balance.REST);
    assertThat(Balance.of(new Balance.Sight(2, ALL, 0, 0), true))
        .as("a node was lost, and may come back")
        .isEqualTo(new Balance(0, Balance.RELEASES_WHILE_UNSURE));
  }

  /** Nodes come and go at random, and take their steps in any order. */
  @Test
  void nodesComeToRestWithEvenSharesWhateverTheOrderOfTheirSteps() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      List<int[]> nodes = new ArrayList<>(List.of(new int[1]));
      int free = ALL;
      for (int change = 0; change < 6; change++) {
        if (nodes.size() > 1 && random.nextBoolean()) {
          free += nodes.remove(random.nextInt(nodes.size()))[0];
        } else {
          nodes.add(new int[1]);
        }
        for (int quiet = 0; quiet < 200; quiet++) {
          int[] owned = nodes.get(random.nextInt(nodes.size()));
          Balance step = of(nodes.size(), owned[0], 0, free);
          owned[0] += step.claims() - step.releases();
          free += step.releases() - step.claims();
          assertThat(owned[0]).isNotNegative();
          assertThat(free).isNotNegative();
        }
      }
      for (int rounds = 0; rounds < 100; rounds++) {
        for (int[] owned : nodes) {
          Balance step = of(nodes.size(), owned[0], 0, free);
          owned[0] += step.claims() - step.releases();
          free += step.releases() - step.claims();
        }
      }
      assertThat(free).as("seed %d", seed).isZero();
      int share = Math.ceilDiv(ALL, nodes.size());
      for (int[] owned : nodes) {
        assertThat(owned[0]).isBetween(share - nodes.size(), share);
        assertThat(of(nodes.size(), owned[0], 0, 0)).isEqualTo(Balance.REST);
      }
      assertThat(IntStream.range(0, nodes.size()).map(i -> nodes.get(i)[0]).sum()).isEqualTo(ALL);
    }
  }
}
